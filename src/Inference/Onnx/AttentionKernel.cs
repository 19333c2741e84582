using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Sluice.Inference.Onnx;

/// <summary>libsluice_kernels.so (src/Kernels): attention over packed rows in 8-bit integers, as a custom-op library that ONNX Runtime
/// loads, and what it can tell of this machine.</summary>
/// <remarks>ONNX Runtime's own attention computes in float32 and wants padded rows; over 512 tokens of a BERT of 384 it costs more than all
/// int8 products of the layer together. This one takes the rows as they lie. Loaded once for the process; thread-safe.</remarks>
internal static unsafe class AttentionKernel
{
    private const string File = "libsluice_kernels.so";

    private static readonly Lazy<Entries> Library = new(Load);

    /// <summary>Where it lies: beside the program or, with a program that had it from the package, where its build put natives.</summary>
    public static string Path { get; } = Find(AppContext.BaseDirectory,
        (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(System.IO.Path.PathSeparator));

    /// <summary>What is wrong with the library there; null where it is whole.</summary>
    public static string? Damage => Library.Value.Damage;

    /// <summary>Why int8 graphs get ONNX Runtime's attention here, and what that means; null where they get this one.</summary>
    public static string? Shortfall
    {
        get
        {
            if (IsSupported) return null;
            string reason = Damage ?? "This CPU has no AVX2";
            string wayOut = Damage is null ? "" : " Put the file back from where the program came from.";
            return $"{reason}: int8 models run with ONNX Runtime's attention. It is slower, and scores have other bits than where the "
                + $"program's own runs, so a few labels in a thousand differ.{wayOut}";
        }
    }

    /// <summary>True when the library is there and this CPU has AVX2 and FMA, or AVX-512 VNNI. Where false, graphs run with ONNX Runtime's
    /// attention.</summary>
    public static bool IsSupported => Level > 0;

    /// <summary>2 with AVX-512 VNNI, 1 with AVX2, 0 where it cannot run. Both give the same bits.</summary>
    public static int Level => Library.Value.Level is null ? 0 : Library.Value.Level();

    /// <summary>Which attention int8 graphs get on this machine, and what would make it faster.</summary>
    public static string Description => Level switch
    {
        2 => "our kernel with AVX-512 VNNI",
        1 => "our kernel with AVX2",
        _ when Damage is null => "ONNX Runtime's, as this CPU has no AVX2",
        _ => "ONNX Runtime's, as the kernel is damaged",
    };

    /// <summary>One of an arena's own figures in bytes, such as <c>InUse</c>, for which the managed interface has no way to ask; 0 where
    /// nobody can tell.</summary>
    /// <param name="arena">The arena.</param>
    /// <param name="name">As OrtAllocator::GetStats in onnxruntime_c_api.h lists them, null-terminated.</param>
    public static long ArenaFigure(OrtAllocator arena, ReadOnlySpan<byte> name)
    {
        if (Library.Value.ArenaFigure is null) return 0;
        fixed (byte* key = name)
        {
            long bytes = Library.Value.ArenaFigure(arena.DangerousGetHandle(), key);
            GC.KeepAlive(arena);
            return long.Max(0, bytes);
        }
    }

    /// <summary>The first place that has the library; where none has, the one beside the program, for that is told as missing.</summary>
    /// <param name="program">The program's folder.</param>
    /// <param name="natives">The folders in which the runtime looks for native libraries: those of deps.json, and where a single-file
    /// program unpacked its own.</param>
    internal static string Find(string program, IReadOnlyList<string> natives)
    {
        // The second is where packages' natives lie when nobody wrote a deps.json.
        string packaged = System.IO.Path.Combine(program, "runtimes", "linux-x64", "native");
        string[] paths = [.. natives.Where(place => place.Length > 0).Prepend(packaged).Prepend(program)
            .Select(place => System.IO.Path.Combine(place, File))];
        return paths.FirstOrDefault(System.IO.File.Exists) ?? paths[0];
    }

    /// <summary>What is wrong with the file at <paramref name="path"/>; null where it is the one that this program was built
    /// with.</summary>
    /// <remarks>By its bytes, before it is loaded: the loader dies of a file that was cut off, and one with other code would give other
    /// bits in silence.</remarks>
    internal static string? DamageOf(string path)
    {
        if (!System.IO.File.Exists(path)) return $"{path} is missing";
        try
        {
            bool same = System.IO.File.ReadAllBytes(path).AsSpan().SequenceEqual(BuiltWith());
            return same ? null : $"{path} is not the file that this program was built with";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{path} cannot be read ({e.Message.TrimEnd('.')})";
        }
    }

    private static byte[] BuiltWith()
    {
        using Stream copy = typeof(AttentionKernel).Assembly.GetManifestResourceStream(File)
            ?? throw new System.Diagnostics.UnreachableException($"{File} is not in the program. This is a bug.");
        byte[] bytes = new byte[copy.Length];
        copy.ReadExactly(bytes);
        return bytes;
    }

    private static Entries Load()
    {
        if (DamageOf(Path) is { } damage) return new Entries { Damage = damage };
        if (!NativeLibrary.TryLoad(Path, out nint library)) return new Entries { Damage = $"{Path} cannot be loaded" };
        return new Entries
        {
            Level = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "sluice_level"),
            ArenaFigure = (delegate* unmanaged<nint, byte*, long>)NativeLibrary.GetExport(library, "sluice_arena_figure"),
        };
    }

    private readonly struct Entries
    {
        public string? Damage { get; init; }
        public delegate* unmanaged<int> Level { get; init; }
        public delegate* unmanaged<nint, byte*, long> ArenaFigure { get; init; }
    }
}
