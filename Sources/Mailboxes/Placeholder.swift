enum PlaceholderMailboxes {}
