using System.Text;
using BenchmarkDotNet.Attributes;
using Sluice.Inference.Tokenization;

namespace Benchmarks;

/// <summary>Single sentences, one for each path through the tokenizer.</summary>
public class TokenizerMicroBenchmark
{
    private readonly int[] _ids = new int[512];
    private byte[] _text = [];
    private WordPieceTokenizer? _tokenizer;

    [Params("whole words of plain english text", "unwhitespacedtokenizationality", "Crème brûlée à la carte",
        "\u65e5\u672c\u8a9e\u306e\u6587\u7ae0", "http://example.com/?q=1")]
    public string Text { get; set; } = "";

    [GlobalSetup]
    public void Load()
    {
        _tokenizer = new WordPieceTokenizer(Vocabulary.Load(BenchmarkData.Vocabulary()), new WordPieceOptions());
        _text = Encoding.UTF8.GetBytes(Text);
    }

    [Benchmark]
    public int Encode() => _tokenizer!.Encode(_text, _ids).Count;
}
