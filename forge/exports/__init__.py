"""What an export leaves beside the video: names, and the cut list for other editors."""
