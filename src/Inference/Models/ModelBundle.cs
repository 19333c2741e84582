using Sluice.Inference.Modes;
using Sluice.Inference.Tokenization;

namespace Sluice.Inference.Models;

/// <summary>
/// A trained model on disk that was checked against its manifest: vocabulary, graphs and weights. Immutable and thread-safe;
/// made only by <see cref="Load"/>. Holds the vocabulary in memory, not the weights.
/// </summary>
public sealed class ModelBundle
{
    private ModelBundle(string directory, Manifest manifest, BundleFiles files, Vocabulary vocabulary)
    {
        (Directory, Manifest, Files, Vocabulary) = (directory, manifest, files, vocabulary);
        Identity = new ModelIdentity(manifest.Id, manifest.Version, manifest.Labels, manifest.MaxTokens, manifest.Digest);
    }

    /// <summary>The folder, as it was given.</summary>
    public string Directory { get; }

    internal Manifest Manifest { get; }

    /// <summary>Its files as they were checked.</summary>
    internal BundleFiles Files { get; }

    /// <summary>Name, version, labels, longest text and hash.</summary>
    public ModelIdentity Identity { get; }

    /// <summary>The tokens that its texts are split into.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>Graph file of a role that the manifest has.</summary>
    internal string Graph(string role, Precision precision) => Path.Combine(Directory, GraphName(role, precision));

    /// <summary>The same by its name in the bundle.</summary>
    internal string GraphName(string role, Precision precision) => Manifest.Graphs[role][precision.Name()];

    /// <summary>The tokenizer that the model was trained with. Thread-safe.</summary>
    public WordPieceTokenizer CreateTokenizer() => new(Vocabulary, new WordPieceOptions { Lowercase = Manifest.Tokenizer.Lowercase });

    /// <summary>
    /// Reads a bundle and checks all of it: sizes and hashes of every file, each served graph's inputs, outputs and metadata, where its
    /// weights lie, and that no 8-bit product can saturate.
    /// </summary>
    /// <remarks>Reads every file once, and the 8-bit weights again for each graph that has them: for the 46 MB of mail 0.2 s of processor
    /// time in a program that has just started, half of it later.</remarks>
    /// <param name="directory">The folder, absolute or relative to the current one.</param>
    /// <exception cref="BundleException">There is no bundle, a file cannot be read or changes meanwhile, the manifest's format is newer
    /// than this library, or something disagrees; each disagreement is named.</exception>
    public static ModelBundle Load(string directory)
    {
        try
        {
            Manifest manifest = ManifestReader.Read(directory);
            BundleFiles files = new(directory, manifest);
            List<string> disagreements = GraphContract.Disagreements(directory, manifest);
            if (disagreements.Count > 0) throw new BundleException(directory, disagreements);
            Vocabulary vocabulary = ReadVocabulary(directory, manifest);
            files.RefuseChanges(); // graphs, weights and vocabulary were read again, by their names
            return new ModelBundle(directory, manifest, files, vocabulary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BundleException(directory, [e.Message]);
        }
    }

    private static Vocabulary ReadVocabulary(string directory, Manifest manifest)
    {
        string file = manifest.Tokenizer.Vocabulary;
        try
        {
            var vocabulary = Vocabulary.Load(Path.Combine(directory, file));
            if (vocabulary.Count == manifest.Encoder.VocabularySize)
                return vocabulary;
            throw new BundleException(directory,
                [$"{file}: expected {manifest.Encoder.VocabularySize} tokens (encoder.vocabularySize), found {vocabulary.Count}"]);
        }
        catch (VocabularyException e)
        {
            throw new BundleException(directory, [$"{file}: expected a vocabulary, found {e.Message}"]);
        }
    }
}
