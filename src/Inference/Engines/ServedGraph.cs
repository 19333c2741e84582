using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;

namespace Sluice.Inference.Engines;

/// <summary>Opens the graphs of a bundle for serving.</summary>
internal static class ServedGraph
{
    /// <summary>
    /// Loads a graph, and makes sure that it is the one that was checked with its bundle: of its inputs and outputs, and of all metadata
    /// that <see cref="GraphContract"/> knows.
    /// </summary>
    /// <param name="bundle">Checked.</param>
    /// <param name="role">A role that the manifest has; see <see cref="GraphRole"/>.</param>
    /// <param name="precision">Which of the role's graphs.</param>
    /// <param name="settings">How to run it.</param>
    /// <exception cref="ProviderException">The provider asked for cannot be had; the message says what to install.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the graph.</exception>
    /// <exception cref="BundleException">The file is no longer the one that was checked: the message names it, what was expected and what
    /// was found.</exception>
    public static Session Open(ModelBundle bundle, string role, Precision precision, SessionSettings settings)
    {
        string path = bundle.Graph(role, precision);
        Manifest manifest = bundle.Manifest;
        Session session;
        try
        {
            session = new Session(path, settings, GraphContract.InputsOf(role, manifest), GraphContract.OutputsOf(role, manifest));
        }
        catch (InvalidDataException e)
        {
            throw new BundleException(bundle.Directory, [e.Message]);
        }

        string[] changed = [.. GraphContract.MetadataDisagreements(session.Metadata, manifest, role, precision)];
        if (changed.Length == 0) return session;
        session.Dispose();
        throw new BundleException(bundle.Directory,
            [.. changed.Select(text => $"{Path.GetFileName(path)} was replaced after the bundle was checked: {text}")]);
    }
}
