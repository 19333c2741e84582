namespace Sluice.Inference.Tokenization;

/// <summary>
/// Receives the tokens of a text in order. A struct, so that the tokenizer is compiled for each kind and ids alone cost nothing for
/// offsets.
/// </summary>
internal interface ITokenSink
{
    /// <summary>Whether <c>start</c> and <c>end</c> are looked at; without it they may be anything.</summary>
    static abstract bool WantsOffsets { get; }

    /// <param name="id">The token's id.</param>
    /// <param name="start">Byte of the text at which the token's first source character begins.</param>
    /// <param name="end">Byte after the token's last source character.</param>
    /// <returns>False if there was no room for it; then no further token is given.</returns>
    bool TryAdd(int id, int start, int end);
}
