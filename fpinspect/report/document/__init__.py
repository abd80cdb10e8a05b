"""What a report says and shows, before it becomes HTML or PDF."""
