"""Block Kit: blocks, inputs, texts, and the budget of words."""
