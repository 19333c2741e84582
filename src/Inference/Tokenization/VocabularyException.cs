namespace Sluice.Inference.Tokenization;

/// <summary>A vocabulary cannot be used; the message names the line or token at fault.</summary>
public sealed class VocabularyException(string message) : Exception(message);
