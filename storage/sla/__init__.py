"""SLA clocks: targets, pauses, breaches, and the ladder of people who hear of them."""
