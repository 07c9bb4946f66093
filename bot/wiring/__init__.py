"""What is made of what: the parts of a process, who performs its effects, who listens to Slack."""
