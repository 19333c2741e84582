using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Sluice.Inference.Models;

namespace Sluice.Inference.Onnx;

/// <summary>A loaded graph. <see cref="Run"/> is thread-safe, and reads and writes the caller's memory in place; it allocates the values
/// that describe that memory, at most 1.2 kB.</summary>
internal sealed class Session : IDisposable
{
    private static readonly Lazy<RunOptions> Plain = new(() => new RunOptions());

    private static readonly Lock DomainGate = new();
    private static volatile bool _isDomainNoted;

    [ThreadStatic]
    private static long[][]? _shapes; // one of each rank: a value copies what it is made with

    private readonly InferenceSession _session;
    private readonly TensorSpec[] _inputs, _outputs;
    private readonly string[] _inputNames, _outputNames;
    private readonly Holders _holders; // every Run: the managed session does not count them, and reads freed memory once it is disposed

    /// <summary>Loads a graph and checks its inputs and outputs, once for all Runs.</summary>
    /// <param name="path">ONNX file; external data is found beside it.</param>
    /// <param name="settings">How to run it.</param>
    /// <param name="inputs">What Run will be given, in this order, each found in the graph by name.</param>
    /// <param name="outputs">What Run will fill, in this order. A graph may have more.</param>
    /// <exception cref="ProviderException">The asked-for provider cannot be had.</exception>
    /// <exception cref="OnnxRuntimeException">The graph does not load.</exception>
    /// <exception cref="InvalidDataException">The graph's inputs or outputs are not those expected; each difference is named.</exception>
    public Session(string path, SessionSettings settings, IReadOnlyList<TensorSpec> inputs, IReadOnlyList<TensorSpec> outputs)
    {
        using (SessionOptions options = settings.ToOptions()) _session = Open(path, options, settings.UsesKernel);
        _holders = new Holders(nameof(Session), _session.Dispose);
        try
        {
            _inputs = Match(path, "input", inputs, _session.InputMetadata, all: true);
            _outputs = Match(path, "output", outputs, _session.OutputMetadata, all: false);
            (_inputNames, _outputNames) = ([.. inputs.Select(spec => spec.Name)], [.. outputs.Select(spec => spec.Name)]);
            Metadata = _session.ModelMetadata.CustomMetadataMap;
            if (settings.SharedArenaBytes is not null) OnnxEnvironment.ReachArena(_session);
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    /// <summary>The graph's metadata_props.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Runs the graph once on this thread (and on the session's pool, where it has one).</summary>
    /// <param name="inputs">Over memory that stays pinned until the return; one for each expected input, in order.</param>
    /// <param name="outputs">Over preallocated, pinned memory of the exact shape that the graph will produce.</param>
    /// <param name="options">Shared with other Runs, which <see cref="RunOptions.Terminate"/> ends early; or null.</param>
    /// <exception cref="ArgumentException">A tensor's type or rank is not what was checked at load.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses: a shape that does not fit, an index
    /// out of range, or terminated.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed. A Run that began before finishes unharmed.</exception>
    public void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, RunOptions? options = null)
    {
        Check(inputs, _inputs, nameof(inputs));
        Check(outputs, _outputs, nameof(outputs));
        _holders.Hold();
        OrtValue?[] given = new OrtValue?[inputs.Length], made = new OrtValue?[outputs.Length];
        try
        {
            for (int i = 0; i < given.Length; i++) given[i] = ValueOver(in inputs[i]);
            for (int i = 0; i < made.Length; i++) made[i] = ValueOver(in outputs[i]);
            _session.Run(options ?? Plain.Value, _inputNames, given!, _outputNames, made!);
        }
        finally
        {
            foreach (OrtValue? value in given) value?.Dispose();
            foreach (OrtValue? value in made) value?.Dispose();
            _holders.Release();
        }
    }

    /// <summary>Ends the trace that <see cref="SessionSettings.ProfilePrefix"/> began and returns its file.</summary>
    public string EndProfiling() => _session.EndProfiling();

    public void Dispose() => _holders.Close();

    // ONNX Runtime notes the kernel's domain for the process with the first session that has it, looks and notes without a lock, and throws
    // where another session has noted it in between.
    private static InferenceSession Open(string path, SessionOptions options, bool usesKernel)
    {
        if (!usesKernel || _isDomainNoted) return new InferenceSession(path, options);
        lock (DomainGate)
        {
            InferenceSession session = new(path, options);
            _isDomainNoted = true;
            return session;
        }
    }

    private static unsafe OrtValue ValueOver(in Tensor tensor)
    {
        long[] shape = (_shapes ??= [.. Enumerable.Range(0, Tensor.MaxRank + 1).Select(rank => new long[rank])])[tensor.Rank];
        tensor.Shape.CopyTo(shape);
        return OrtValue.CreateTensorValueWithData(
            OnnxEnvironment.CpuMemory, (TensorElementType)tensor.Type, shape, (nint)tensor.Data, (long)tensor.Bytes);
    }

    private static void Check(ReadOnlySpan<Tensor> tensors, TensorSpec[] specs, string role)
    {
        if (tensors.Length != specs.Length)
            throw new ArgumentException($"The graph has {specs.Length} {role}, not {tensors.Length}.", role);
        for (int i = 0; i < specs.Length; i++)
        {
            if (tensors[i].Type != specs[i].Type || tensors[i].Rank != specs[i].Shape.Count)
                throw new ArgumentException($"Of the {role}, {specs[i]} cannot be {tensors[i].Type} of rank {tensors[i].Rank}.", role);
        }
    }

    private static TensorSpec[] Match(
        string path, string role, IReadOnlyList<TensorSpec> expected, IReadOnlyDictionary<string, NodeMetadata> found, bool all)
    {
        TensorSpec[] declared = [.. found.Select(one => one.Value.IsTensor
            ? new TensorSpec(one.Key, (TensorType)one.Value.ElementDataType, [.. one.Value.Dimensions.Select(size => (long)size)])
            : new TensorSpec(one.Key, TensorType.Undefined, []))];
        bool agrees = expected.All(spec => declared.Any(spec.Admits)) && (!all || declared.Length == expected.Count);
        return agrees ? [.. expected] : throw new InvalidDataException(
            $"{path}: its {role}s are {string.Join("; ", declared.AsEnumerable())}, but {string.Join("; ", expected)} were expected; "
            + "export it again for this version.");
    }
}
