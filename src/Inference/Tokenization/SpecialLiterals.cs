using System.Text;

namespace Sluice.Inference.Tokenization;

/// <summary>The literals by which a text can name special tokens, where that is wanted: in exactly this case, even inside a word.</summary>
internal sealed class SpecialLiterals
{
    private readonly List<(byte[] Text, int Id)> _literals = [];

    /// <param name="vocabulary">Literals that it lacks are plain text.</param>
    public SpecialLiterals(Vocabulary vocabulary)
    {
        foreach (string literal in (ReadOnlySpan<string>)["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
        {
            byte[] text = Encoding.UTF8.GetBytes(literal);
            if (vocabulary.TryGetId(text, out int id))
            {
                _literals.Add((text, id));
            }
        }
    }

    /// <summary>Finds the literal at the front of <paramref name="text"/>.</summary>
    /// <returns>Its length in bytes, or 0 if there is none.</returns>
    public int Match(ReadOnlySpan<byte> text, out int id)
    {
        foreach ((byte[] literal, int literalId) in _literals)
        {
            if (text.StartsWith(literal))
            {
                id = literalId;
                return literal.Length;
            }
        }

        id = 0;
        return 0;
    }
}
