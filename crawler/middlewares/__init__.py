"""What stands between the engine and the downloader."""
