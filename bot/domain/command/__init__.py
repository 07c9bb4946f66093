"""What can be typed and pressed, and when."""
