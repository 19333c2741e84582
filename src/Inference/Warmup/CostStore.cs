using System.Buffers;
using System.Text;
using Sluice.Inference.Batching;
using Sluice.Inference.Models;

namespace Sluice.Inference.Warmup;

/// <summary>Keeps what was learned of batches' costs between starts: one file for each machine, runtime and model.</summary>
/// <param name="folder">Where; made when first something is kept. Empty keeps nothing.</param>
/// <remarks>Only speeds up the next start, so a file that cannot be read or written is a reason to say so and go on.</remarks>
internal sealed class CostStore(string folder)
{
    /// <summary><c>costs</c> in <c>$SLUICE_CACHE</c>, else in <c>~/.cache/sluice</c>; empty where there is no home.</summary>
    public static string DefaultFolder
    {
        get
        {
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            string? cache = Environment.GetEnvironmentVariable("SLUICE_CACHE") is { Length: > 0 } given ? given : home.Length > 0
                ? Path.Combine(home, ".cache", "sluice") : null;
            return cache is null ? "" : Path.Combine(cache, "costs");
        }
    }

    /// <summary>What earlier starts learned, or models that have learned nothing.</summary>
    /// <param name="origin">The machine, runtime and model of now.</param>
    /// <param name="refusal">Why a file that is there was not used, with its path; null when it was, or there is none.</param>
    public CostModels Load(CostFingerprint origin, out string? refusal)
    {
        refusal = null;
        string path = PathOf(origin);
        if (folder.Length == 0 || !File.Exists(path)) return new CostModels(origin);
        try
        {
            // What is no file (a pipe would be waited for) has no length either.
            if (new FileInfo(path).Length is var length and (0 or > CostFile.MaxBytes))
            {
                refusal = $"{path}: it has {length} bytes, and learned costs have 1 to {CostFile.MaxBytes}";
                return new CostModels(origin);
            }

            if (CostFile.TryRead(File.ReadAllBytes(path), origin, out CostModels models, out string? fault)) return models;
            refusal = $"{path}: {fault}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            refusal = $"{path}: {e.Message}";
        }

        return new CostModels(origin);
    }

    /// <summary>Writes all that models know, whole or not at all.</summary>
    /// <returns>Why it could not be written, or null.</returns>
    public string? Save(CostModels models)
    {
        if (folder.Length == 0) return null;
        ArrayBufferWriter<byte> json = new();
        CostFile.Write(models, json);
        string path = PathOf(models.Origin), partial = $"{path}.{Environment.ProcessId}.partial";
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(partial, json.WrittenSpan);
            File.Move(partial, path, overwrite: true); // another worker of this machine may write too: the last one stays
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{path}: {e.Message}{Leftover(partial)}";
        }
    }

    private static string Leftover(string partial)
    {
        try
        {
            File.Delete(partial);
            return "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"; {partial} may be left";
        }
    }

    private string PathOf(CostFingerprint origin) =>
        Path.Combine(folder, Convert.ToHexStringLower(Sha256.Of(
            Encoding.UTF8.GetBytes($"{origin.Machine}\n{origin.Runtime}\n{origin.Model}")).AsSpan(0, 8)) + ".json");
}
