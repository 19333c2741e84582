namespace Sluice.Inference.Tokenization;

/// <summary>What came of encoding a text.</summary>
/// <param name="Count">Ids written, [CLS] and [SEP] included where they were asked for.</param>
/// <param name="Truncated">Whether the text had more tokens than there was room for.</param>
public readonly record struct TokenCount(int Count, bool Truncated);
