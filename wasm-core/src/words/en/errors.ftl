## Sentences of the topic “errors”. Both languages hold the same keys with the same parameters.
