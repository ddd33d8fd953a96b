"""What happens to a visited page, one step a file, in the order of the settings."""
