namespace Sluice.Worker.Onnx;

/// <content>Sessions: loading, and what a loaded graph says of itself.</content>
internal sealed unsafe partial class OrtApi
{
    /// <param name="env">Outlives the session.</param>
    /// <param name="path">The graph's file (ORTCHAR_T is char here: Linux and macOS); its external data is found beside it.</param>
    /// <param name="options">Copied.</param>
    public SessionHandle CreateSession(EnvHandle env, string path, SessionOptionsHandle options)
    {
        var session = new SessionHandle(this);
        nint native;
        fixed (byte* file = Utf8(path))
            _table->CreateSession(env.DangerousGetHandle(), file, options.DangerousGetHandle(), &native).ThrowIfFailed(this);
        session.Own(native);
        return session;
    }

    /// <summary>Name, type and shape of every input, in the graph's order.</summary>
    public TensorSpec[] Inputs(SessionHandle session)
    {
        nuint count;
        _table->SessionGetInputCount(session.DangerousGetHandle(), &count).ThrowIfFailed(this);
        var specs = new TensorSpec[count];
        for (nuint i = 0; i < count; i++)
        {
            byte* name;
            nint type;
            _table->SessionGetInputName(session.DangerousGetHandle(), i, DefaultAllocator(), &name).ThrowIfFailed(this);
            string text = TakeString(name);
            _table->SessionGetInputTypeInfo(session.DangerousGetHandle(), i, &type).ThrowIfFailed(this);
            specs[i] = TakeSpec(text, type);
        }
        return specs;
    }

    /// <summary>Name, type and shape of every output, in the graph's order.</summary>
    public TensorSpec[] Outputs(SessionHandle session)
    {
        nuint count;
        _table->SessionGetOutputCount(session.DangerousGetHandle(), &count).ThrowIfFailed(this);
        var specs = new TensorSpec[count];
        for (nuint i = 0; i < count; i++)
        {
            byte* name;
            nint type;
            _table->SessionGetOutputName(session.DangerousGetHandle(), i, DefaultAllocator(), &name).ThrowIfFailed(this);
            string text = TakeString(name);
            _table->SessionGetOutputTypeInfo(session.DangerousGetHandle(), i, &type).ThrowIfFailed(this);
            specs[i] = TakeSpec(text, type);
        }
        return specs;
    }

    /// <summary>The graph's custom metadata (metadata_props).</summary>
    public Dictionary<string, string> Metadata(SessionHandle session)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        nint native;
        _table->SessionGetModelMetadata(session.DangerousGetHandle(), &native).ThrowIfFailed(this);
        try
        {
            nint allocator = DefaultAllocator();
            byte** keys;
            long count;
            _table->ModelMetadataGetCustomMetadataMapKeys(native, allocator, &keys, &count).ThrowIfFailed(this);
            for (long i = 0; i < count; i++)
            {
                byte* value;
                _table->ModelMetadataLookupCustomMetadataMap(native, allocator, keys[i], &value).ThrowIfFailed(this);
                metadata[TakeString(keys[i])] = value is null ? "" : TakeString(value);
            }
            if (keys is not null)
                _table->AllocatorFree(allocator, keys).ThrowIfFailed(this);
        }
        finally
        {
            _table->ReleaseModelMetadata(native);
        }
        return metadata;
    }

    /// <summary>Ends profiling and returns the trace's file name.</summary>
    public string EndProfiling(SessionHandle session)
    {
        byte* file;
        _table->SessionEndProfiling(session.DangerousGetHandle(), DefaultAllocator(), &file).ThrowIfFailed(this);
        return TakeString(file);
    }

    private TensorSpec TakeSpec(string name, nint typeInfo)
    {
        try
        {
            nint tensor;
            _table->CastTypeInfoToTensorInfo(typeInfo, &tensor).ThrowIfFailed(this);
            if (tensor == 0)
                return new TensorSpec(name, TensorType.Undefined, []);
            TensorType type;
            nuint rank;
            _table->GetTensorElementType(tensor, &type).ThrowIfFailed(this);
            _table->GetDimensionsCount(tensor, &rank).ThrowIfFailed(this);
            var shape = new long[rank];
            fixed (long* dims = shape)
                _table->GetDimensions(tensor, dims, rank).ThrowIfFailed(this);
            return new TensorSpec(name, type, shape);
        }
        finally
        {
            _table->ReleaseTypeInfo(typeInfo);
        }
    }
}
