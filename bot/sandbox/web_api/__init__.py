"""The methods of Slack's Web API that the sandbox speaks, by family."""
