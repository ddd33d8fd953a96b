"""What accompanies a crawl from its opening to its close."""
