## Sentences of the topic “ui”. Both languages hold the same keys with the same parameters.
