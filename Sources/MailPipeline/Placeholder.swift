enum PlaceholderMailPipeline {}
