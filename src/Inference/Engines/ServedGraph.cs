using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;

namespace Sluice.Inference.Engines;

/// <summary>Opens the graphs of a bundle for serving.</summary>
internal static class ServedGraph
{
    /// <summary>
    /// Loads a graph, and makes sure that its file and the weights' are still the ones that were checked with its bundle, and that ONNX
    /// Runtime finds the inputs, outputs and metadata that <see cref="GraphContract"/> knows.
    /// </summary>
    /// <param name="bundle">Checked.</param>
    /// <param name="role">A role that the manifest has; see <see cref="GraphRole"/>.</param>
    /// <param name="precision">Which of the role's graphs.</param>
    /// <param name="settings">How to run it.</param>
    /// <exception cref="ProviderException">The provider asked for cannot be had; the message says what to install.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the graph.</exception>
    /// <exception cref="BundleException">A file is no longer the one that was checked: the message names it.</exception>
    public static Session Open(ModelBundle bundle, string role, Precision precision, SessionSettings settings)
    {
        string name = bundle.GraphName(role, precision), path = bundle.Graph(role, precision);
        Manifest manifest = bundle.Manifest;
        string[] changed = [];
        Session session;
        try
        {
            session = new Session(path, settings, GraphContract.InputsOf(role, manifest), GraphContract.OutputsOf(role, manifest));
        }
        catch (Exception) when ((changed = Changed()).Length > 0)
        {
            throw BundleException.Changed(bundle.Directory, changed); // what was refused is not what was checked
        }
        catch (InvalidDataException e)
        {
            throw new BundleException(bundle.Directory, [e.Message]);
        }

        // ONNX Runtime opened both files by their names, and is done with that.
        changed = [.. GraphContract.MetadataDisagreements(session.Metadata, manifest, role, precision)
            .Select(text => $"{name} was replaced after the bundle was checked: {text}")];
        if (changed.Length == 0) changed = Changed();
        if (changed.Length == 0) return session;
        session.Dispose();
        throw BundleException.Changed(bundle.Directory, changed);

        string[] Changed() => bundle.Files.Changed(name, manifest.Weights);
    }
}
