namespace Sluice.Inference.Tokenization;

/// <summary>
/// Spreads the ranges of <see cref="UnicodeTables"/> over all code points, in the order in which the reference applies its steps.
/// </summary>
/// <param name="codePoints">Number of code points.</param>
/// <param name="targets">Receives, for each mapped code point, the number of its targets and then the targets.</param>
internal sealed class CodePointTableBuilder(int codePoints, List<int> targets)
{
    private readonly CodePointEntry[] _entries = new CodePointEntry[codePoints];

    public CodePointEntry[] Build()
    {
        // Later steps must win here, so they stand in the reverse of the reference's order: clean, set CJK apart, decompose, strip,
        // lowercase, split.
        Fill(UnicodeTables.Punctuation, new(CodePointClass.Isolated, CodePointClass.Isolated, 0));
        Fill(UnicodeTables.Marks, new(CodePointClass.Letter, CodePointClass.Dropped, 0));
        Array.Fill(_entries, CodePointEntry.HangulSyllable, HangulSyllables.First, HangulSyllables.Count);
        MapRuns();
        MapSequences();
        SetIdeographsApart();
        Fill(UnicodeTables.Spaces, new(CodePointClass.Space, CodePointClass.Space, 0));
        Fill(UnicodeTables.Dropped, new(CodePointClass.Dropped, CodePointClass.Dropped, 0));
        return _entries;
    }

    private void Fill(ReadOnlySpan<int> ranges, CodePointEntry entry)
    {
        for (int range = 0; range < ranges.Length; range += 2)
        {
            Array.Fill(_entries, entry, ranges[range], ranges[range + 1] - ranges[range] + 1);
        }
    }

    private void MapRuns()
    {
        ReadOnlySpan<int> runs = UnicodeTables.MappedRuns;
        for (int run = 0; run < runs.Length; run += 4)
        {
            for (int codePoint = runs[run]; codePoint <= runs[run + 1]; codePoint += runs[run + 2])
            {
                Map(codePoint, [codePoint + runs[run + 3]]);
            }
        }
    }

    private void MapSequences()
    {
        ReadOnlySpan<int> sequences = UnicodeTables.MappedSequences;
        for (int at = 0; at < sequences.Length; at += 2 + sequences[at + 1])
        {
            Map(sequences[at], sequences.Slice(at + 2, sequences[at + 1]));
        }
    }

    /// <summary>Punctuation is a target by itself or not at all, so one target's class is the class of them all.</summary>
    private void Map(int codePoint, ReadOnlySpan<int> to)
    {
        _entries[codePoint] = new(_entries[codePoint].Cased, _entries[to[0]].Folded, targets.Count);
        targets.Add(to.Length);
        targets.AddRange(to);
    }

    private void SetIdeographsApart()
    {
        ReadOnlySpan<int> ranges = UnicodeTables.Ideographs;
        for (int range = 0; range < ranges.Length; range += 2)
        {
            for (int codePoint = ranges[range]; codePoint <= ranges[range + 1]; codePoint++)
            {
                _entries[codePoint] = new(CodePointClass.Isolated, CodePointClass.Isolated, _entries[codePoint].Mapping);
            }
        }
    }
}
