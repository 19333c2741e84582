using System.Buffers;
using System.Text;

namespace Sluice.Inference.Tokenization;

/// <summary>The answers of <see cref="CodePointTable"/> for ASCII, by byte: what nearly all of a text in English is read with.</summary>
internal sealed class ByteTable
{
    private static readonly SearchValues<byte> Letters = SearchValues.Create(Where(CodePointClass.Letter));
    private static readonly SearchValues<byte> Blanks = SearchValues.Create(Where(CodePointClass.Space, CodePointClass.Dropped));

    private readonly byte[] _letters = new byte[256];
    private readonly ByteKind[] _kinds = new ByteKind[256];

    /// <param name="lowercase">Whether letters are folded to lower case.</param>
    public ByteTable(bool lowercase)
    {
        Array.Fill(_kinds, ByteKind.NotAscii);
        for (int value = 0; value < 128; value++)
        {
            _kinds[value] = (ByteKind)CodePointTable.Of(value).Cased;
            if (_kinds[value] == ByteKind.Letter)
            {
                _letters[value] = (byte)(lowercase ? Rune.ToLowerInvariant(new Rune(value)).Value : value);
            }
        }
    }

    /// <summary>By byte: the letter or digit as the vocabulary has it, or 0 for all else. 256 long.</summary>
    public ReadOnlySpan<byte> LetterOf => _letters;

    /// <summary>By byte. 256 long.</summary>
    public ReadOnlySpan<ByteKind> KindOf => _kinds;

    /// <summary>Number of bytes at the front of <paramref name="text"/> that are ASCII letters or digits.</summary>
    public static int CountLetters(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept(Letters) is >= 0 and int end ? end : text.Length;

    /// <summary>Number of bytes at the front of <paramref name="text"/> that are ASCII white space or dropped controls.</summary>
    public static int CountBlanks(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept(Blanks) is >= 0 and int end ? end : text.Length;

    private static byte[] Where(params ReadOnlySpan<CodePointClass> classes)
    {
        List<byte> values = [];
        for (int value = 0; value < 128; value++)
        {
            if (classes.Contains(CodePointTable.Of(value).Cased))
            {
                values.Add((byte)value);
            }
        }

        return [.. values];
    }
}
