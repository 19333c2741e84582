namespace Sluice.Inference.Tokenization;

/// <summary>What the tokenizer does at a byte: the class of an ASCII character, or that it takes more bytes to know.</summary>
internal enum ByteKind : byte
{
    /// <inheritdoc cref="CodePointClass.Letter"/>
    Letter = CodePointClass.Letter,

    /// <inheritdoc cref="CodePointClass.Dropped"/>
    Dropped = CodePointClass.Dropped,

    /// <inheritdoc cref="CodePointClass.Space"/>
    Space = CodePointClass.Space,

    /// <inheritdoc cref="CodePointClass.Isolated"/>
    Isolated = CodePointClass.Isolated,

    /// <summary>Belongs to a character outside ASCII, or to none.</summary>
    NotAscii,
}
