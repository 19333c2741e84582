using Sluice.Inference.Models;
using Sluice.Inference.Tokenization;

namespace Sluice.Cli;

/// <summary>Reads a tokenizer, and nothing else, from a model's folder.</summary>
internal static class TokenizerFolder
{
    private const string BareVocabulary = "vocab.txt";

    /// <param name="directory">A bundle, whose manifest says how it takes text; or a folder with only a vocab.txt, taken as
    /// uncased.</param>
    /// <param name="parseSpecialTokens">See <see cref="WordPieceOptions.ParseSpecialTokens"/>.</param>
    /// <exception cref="BundleException">The folder is neither.</exception>
    /// <exception cref="VocabularyException">The vocabulary cannot be used.</exception>
    public static WordPieceTokenizer Load(string directory, bool parseSpecialTokens)
    {
        string vocabulary = Path.Combine(directory, BareVocabulary);
        bool lowercase = true;
        if (File.Exists(Path.Combine(directory, ManifestReader.FileName)) || !File.Exists(vocabulary))
        {
            Manifest manifest = ManifestReader.Read(directory);
            vocabulary = Path.Combine(directory, manifest.Tokenizer.Vocabulary);
            lowercase = manifest.Tokenizer.Lowercase;
        }

        return new WordPieceTokenizer(Vocabulary.Load(vocabulary),
            new WordPieceOptions { Lowercase = lowercase, ParseSpecialTokens = parseSpecialTokens });
    }
}
