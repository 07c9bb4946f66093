"""Two virtual weeks of escalations under random kills, counted against what the rules promise."""
