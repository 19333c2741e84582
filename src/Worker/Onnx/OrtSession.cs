namespace Sluice.Worker.Onnx;

/// <summary>A loaded graph. <see cref="Run"/> is thread-safe, allocates nothing managed, and reads and writes the caller's memory in place.</summary>
internal sealed unsafe class OrtSession : IDisposable
{
    private const int MaxTensors = 16;
    private readonly OrtEnvironment _environment;
    private readonly SessionHandle _session;
    private readonly Utf8Strings _inputNames;
    private readonly Utf8Strings _outputNames;
    private readonly TensorSpec[] _inputs;
    private readonly TensorSpec[] _outputs;

    /// <summary>Loads a graph and checks its inputs and outputs, once for all Runs.</summary>
    /// <param name="path">ONNX file; external data is found beside it.</param>
    /// <param name="options">How to run it.</param>
    /// <param name="inputs">What Run will be given, in this order, each found in the graph by name. At most 16.</param>
    /// <param name="outputs">What Run will fill, in this order. A graph may have more.</param>
    /// <exception cref="OrtLibraryException">The library or the asked-for provider is missing.</exception>
    /// <exception cref="OrtException">The graph does not load.</exception>
    /// <exception cref="InvalidDataException">The graph's inputs or outputs are not those expected; each difference is named.</exception>
    public OrtSession(string path, SessionOptions options, IReadOnlyList<TensorSpec> inputs, IReadOnlyList<TensorSpec> outputs)
    {
        _environment = OrtEnvironment.Current;
        OrtApi api = _environment.Api;
        using (SessionOptionsHandle native = SessionOptionsBuilder.Build(_environment, options))
            _session = api.CreateSession(_environment.Handle, path, native);
        try
        {
            Metadata = api.Metadata(_session);
            _inputs = Match(path, "input", inputs, api.Inputs(_session), all: true);
            _outputs = Match(path, "output", outputs, api.Outputs(_session), all: false);
            _inputNames = new Utf8Strings([.. inputs.Select(spec => spec.Name)]);
            _outputNames = new Utf8Strings([.. outputs.Select(spec => spec.Name)]);
            if (options.SharedArena is not null) _environment.ReachArena(_session);
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
    /// <param name="runOptions">Shared options, or null.</param>
    /// <exception cref="ArgumentException">A tensor's type or rank is not what was checked at load.</exception>
    /// <exception cref="OrtException">ONNX Runtime refuses: a shape that does not fit, an index out of range, or terminated.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed. A Run that began before finishes unharmed.</exception>
    public void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, OrtRunOptions? runOptions = null)
    {
        Check(inputs, _inputs, nameof(inputs));
        Check(outputs, _outputs, nameof(outputs));
        OrtApi api = _environment.Api;
        nint* values = stackalloc nint[2 * MaxTensors];
        int made = 0;
        bool held = false, heldOptions = false;
        try
        {
            _session.DangerousAddRef(ref held);
            runOptions?.Handle.DangerousAddRef(ref heldOptions);
            nint memory = _environment.CpuMemory.DangerousGetHandle();
            for (int i = 0; i < inputs.Length; i++)
                values[made++] = Create(api, memory, in inputs[i]);
            for (int i = 0; i < outputs.Length; i++)
                values[made++] = Create(api, memory, in outputs[i]);
            api.Run(
                _session.DangerousGetHandle(), runOptions?.Handle.DangerousGetHandle() ?? 0,
                _inputNames.Pointer, values, inputs.Length, _outputNames.Pointer, values + inputs.Length, outputs.Length);
        }
        finally
        {
            GC.KeepAlive(this);
            while (made > 0)
                api.ReleaseValue(values[--made]);
            if (heldOptions)
                runOptions!.Handle.DangerousRelease();
            if (held)
                _session.DangerousRelease();
        }
    }

    /// <summary>Ends the trace that <see cref="SessionOptions.ProfilePrefix"/> began and returns its file.</summary>
    public string EndProfiling() => _environment.Api.EndProfiling(_session);

    public void Dispose() => _session.Dispose();

    private static nint Create(OrtApi api, nint memory, in Tensor tensor)
    {
        fixed (long* shape = tensor.Shape)
            return api.CreateTensor(memory, tensor.Data, tensor.Bytes, shape, tensor.Rank, tensor.Type);
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

    private static TensorSpec[] Match(string path, string role, IReadOnlyList<TensorSpec> expected, TensorSpec[] declared, bool all)
    {
        if (expected.Count > MaxTensors)
            throw new ArgumentException($"A session here takes at most {MaxTensors} {role}s, not {expected.Count}.", nameof(expected));
        bool agrees = expected.All(spec => declared.Any(spec.Admits)) && (!all || declared.Length == expected.Count);
        return agrees ? [.. expected] : throw new InvalidDataException(
            $"{path}: its {role}s are {string.Join("; ", declared.AsEnumerable())}, but {string.Join("; ", expected)} were expected; export it again for this version.");
    }
}
