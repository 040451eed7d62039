## Sentences of the topic “findings”. Both languages hold the same keys with the same parameters.
