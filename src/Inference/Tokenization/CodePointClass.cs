namespace Sluice.Inference.Tokenization;

/// <summary>The part that a code point plays in splitting a text into words.</summary>
internal enum CodePointClass : byte
{
    /// <summary>Part of a word.</summary>
    Letter,

    /// <summary>Removed as if it were not there: it does not end a word.</summary>
    Dropped,

    /// <summary>Ends a word and leaves nothing.</summary>
    Space,

    /// <summary>Ends a word and is a word of its own: punctuation and CJK ideographs.</summary>
    Isolated,
}
