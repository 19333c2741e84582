using System.Text.Json;
using Sluice.Inference;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Students;

namespace FunctionalTests.Inference;

/// <summary>
/// The student group: every prefix equals the training program, is pure, and does not depend on batch mates, on other modes, or on who was
/// done first.
/// </summary>
public sealed class StudentGroupTests
{
    public static TheoryData<string> Bundles =>
        [.. Models.BundleNames().Select(row => row.Data).Where(name =>
            File.Exists(Path.Combine(Models.FolderOf(name), "golden.students.jsonl")))];

    [Theory]
    [MemberData(nameof(Bundles))]
    public void Fp32_logits_of_every_prefix_and_of_the_swift_student_agree_with_the_training_program_to_1e_3(string name)
    {
        ModelBundle bundle = ModelBundle.Load(Models.FolderOf(name));
        using StudentGroupEngine group = Load(bundle, Precision.Fp32);
        using GraphEngine swift = GraphEngine.Create(bundle, Mode.Swift(Precision.Fp32), new EngineOptions());
        foreach ((int[] ids, Golden golden) in Read(name).Take(100))
        {
            using PackedBatch<int> batch = Batch([ids]);
            for (int count = 1; count <= golden.Prefixes.Length; count++) AssertClose(golden.Prefixes[count - 1], Run(group, batch, count));
            AssertClose(golden.Swift, Run(swift, batch));
        }
    }

    [Theory]
    [MemberData(nameof(Bundles))]
    public void A_prefix_gives_the_same_bits_whatever_ran_before_and_however_many_threads_help(string name)
    {
        ModelBundle bundle = ModelBundle.Load(Models.FolderOf(name));
        using StudentGroupEngine alone = Load(bundle, Precision.Int8, cores: 1), helped = Load(bundle, Precision.Int8, cores: 4);
        int all = bundle.Manifest.StudentCount;
        var random = new Random(3);
        foreach ((int[] ids, _) in Read(name).Take(6))
        {
            using PackedBatch<int> batch = Batch([ids]);
            float[][] expected = [.. Enumerable.Range(1, all).Select(count => Run(alone, batch, count))];
            for (int time = 0; time < 12; time++)
            {
                int count = random.Next(1, all + 1);
                Assert.Equal(expected[count - 1], Run(helped, batch, count));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Bundles))]
    public void Int8_logits_of_a_document_are_the_same_bits_in_any_company(string name)
    {
        ModelBundle bundle = ModelBundle.Load(Models.FolderOf(name));
        using StudentGroupEngine group = Load(bundle, Precision.Int8);
        using GraphEngine swift = GraphEngine.Create(bundle, Mode.Swift(Precision.Int8), new EngineOptions());
        int[][] documents = [.. Read(name).Select(pair => pair.Ids).Where(ids => ids.Length <= 128).Take(9)];
        using PackedBatch<int> together = Batch(documents);
        int labels = bundle.Identity.Labels.Count, all = bundle.Manifest.StudentCount;
        for (int row = 0; row < documents.Length; row++)
        {
            using PackedBatch<int> alone = Batch([documents[row]]);
            for (int count = 1; count <= all; count++)
                Assert.Equal(Run(group, alone, count), Run(group, together, count)[(row * labels)..((row + 1) * labels)]);
            Assert.Equal(Run(swift, alone), Run(swift, together)[(row * labels)..((row + 1) * labels)]);
        }
    }

    [Fact]
    public void A_failed_student_leaves_the_longest_complete_prefix_and_the_provenance_says_so()
    {
        ModelBundle bundle = ModelBundle.Load(Models.Tiny);
        using StudentGroup group = StudentGroup.Load(bundle, Precision.Int8, 2, new EngineOptions());
        using StudentGroupEngine engine = new(group, bundle.Manifest.Encoder.MaxPositions, new HelperThreads(2)),
            whole = Load(bundle, Precision.Int8);
        using PackedBatch<int> batch = Batch([Read("tiny").First().Ids]);
        group.Student(2).Dispose();
        var logits = new float[bundle.Identity.Labels.Count];
        Provenance provenance = engine.Run(batch.Tensors, logits).Provenance;
        Assert.Equal((Mode.Students(2, Precision.Int8), 1), (provenance.Mode, provenance.StudentsUsed));
        Assert.Equal(Run(whole, batch, 1), logits);
        group.Student(1).Dispose();
        Assert.Throws<ObjectDisposedException>(() => engine.Run(batch.Tensors, logits));
    }

    [Fact]
    public async Task Many_callers_share_a_group_and_its_helpers()
    {
        ModelBundle bundle = ModelBundle.Load(Models.Tiny);
        using StudentGroupEngine group = Load(bundle, Precision.Int8, cores: 3);
        int[][] documents = [.. Read("tiny").Select(pair => pair.Ids)];
        float[][] expected = [.. documents.Select(ids => Single(group, ids, 2))];
        await Task.WhenAll(Enumerable.Range(0, 6).Select(caller => Task.Run(() =>
        {
            for (int time = 0; time < 200; time++)
            {
                int document = (caller + time) % documents.Length;
                Assert.Equal(expected[document], Single(group, documents[document], 2));
            }
        })));
    }

    /// <summary>With helpers, a few bytes more for the first wait that is a real one, whenever it comes; 0.1 of a byte a run at
    /// most.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 200)]
    public void A_run_allocates_no_more_than_its_sessions_do_once_warm(int cores, int most)
    {
        const int Runs = 2000;
        using StudentGroupEngine group = Load(ModelBundle.Load(Models.Tiny), Precision.Int8, cores);
        using PackedBatch<int> batch = Batch([Read("tiny").First().Ids]);
        var logits = new float[group.Model.Labels.Count];
        for (int time = 0; time < 3; time++) group.Run(batch.Tensors, logits);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int time = 0; time < Runs; time++) group.Run(batch.Tensors, 1 + (time % 2), logits);
        const int Sessions = 5; // of every two runs: a student and a head, then two students and a head
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (Runs / 2 * Sessions * Models.BytesARun) + most);
    }

    [Theory]
    [InlineData("student.2.int8.onnx", "tiny", "tinx", "expected metadata id tiny, found tinx")]
    [InlineData("student.2.int8.onnx", "1.0.0", "9.9.9", "expected metadata version 1.0.0, found 9.9.9")]
    [InlineData("student.1.int8.onnx", "student.1", "student.2", "expected metadata role student.1, found student.2")]
    [InlineData("student.1.int8.onnx", "354a051365728873", "0000000000000000", "expected metadata weightsSha256 354a051365728873")]
    [InlineData("student.1.int8.onnx", "d531efd716e2ac28", "0000000000000000", "expected metadata vocabularySha256 d531efd716e2ac28")]
    [InlineData("head.2.onnx", "1.0.0", "9.9.9", "expected metadata version 1.0.0, found 9.9.9")]
    [InlineData("head.1.onnx", "head.1", "head.2", "expected metadata role head.1, found head.2")]
    [InlineData("head.1.onnx", "fp32", "int8", "expected metadata precision fp32, found int8")]
    public void A_graph_of_another_group_is_refused_by_file_and_value_before_and_after_the_bundle_was_checked(string file, string old,
        string with, string message)
    {
        using var copy = new BundleCopy();
        ModelBundle bundle = ModelBundle.Load(copy.Folder);
        copy.Replace(file, old, with).Sign(file);
        var late = Assert.Throws<BundleException>(() => StudentGroup.Load(bundle, Precision.Int8, 2, new EngineOptions()).Dispose());
        Assert.Contains($"{file} was replaced after the bundle was checked: {message}", late.Message, StringComparison.Ordinal);
        Assert.Contains($"{file}: {message}", Assert.Throws<BundleException>(() => ModelBundle.Load(copy.Folder)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void More_students_than_the_bundle_has_are_refused_by_number()
    {
        ModelBundle bundle = ModelBundle.Load(Models.Tiny);
        var error = Assert.Throws<BundleException>(() =>
            EngineFactory.Create(bundle, Mode.Students(3, Precision.Int8), new EngineOptions()));
        Assert.EndsWith("cannot label in mode students:3: it has 2 students, not 3. Its modes are teacher, "
            + "students:1, students:2, swift.", error.Message, StringComparison.Ordinal);
    }

    private static StudentGroupEngine Load(ModelBundle bundle, Precision precision, int cores = 2) =>
        new(StudentGroup.Load(bundle, precision, bundle.Manifest.StudentCount, new EngineOptions()),
            bundle.Manifest.Encoder.MaxPositions, new HelperThreads(cores));

    private static float[] Single(StudentGroupEngine group, int[] ids, int count)
    {
        using PackedBatch<int> batch = Batch([ids]);
        return Run(group, batch, count);
    }

    private static float[] Run(StudentGroupEngine engine, PackedBatch<int> batch, int count)
    {
        var logits = new float[batch.Rows * engine.Model.Labels.Count];
        Assert.Equal(count, engine.Run(batch.Tensors, count, logits).Provenance.StudentsUsed);
        return logits;
    }

    private static float[] Run(GraphEngine engine, PackedBatch<int> batch)
    {
        var logits = new float[batch.Rows * engine.Model.Labels.Count];
        engine.Run(batch.Tensors, logits);
        return logits;
    }

    private static PackedBatch<int> Batch(int[][] documents)
    {
        var batch = new PackedBatch<int>(documents.Length, documents.Sum(ids => ids.Length));
        for (int row = 0; row < documents.Length; row++) batch.TryAdd(row, documents[row]);
        batch.Seal();
        return batch;
    }

    private static void AssertClose(float[] expected, float[] found)
    {
        foreach ((float one, float other) in expected.Zip(found)) Assert.Equal(one, other, 1e-3f);
    }

    private static IEnumerable<(int[] Ids, Golden Golden)> Read(string name)
    {
        string folder = Models.FolderOf(name);
        IEnumerable<int[]> ids = File.ReadLines(Path.Combine(folder, "golden.jsonl")).Select(line =>
            JsonSerializer.Deserialize<Document>(line, JsonSerializerOptions.Web)!.Ids);
        return ids.Zip(File.ReadLines(Path.Combine(folder, "golden.students.jsonl")).Select(line =>
            JsonSerializer.Deserialize<Golden>(line, JsonSerializerOptions.Web)!));
    }

    private sealed record Document(int[] Ids);

    private sealed record Golden(float[][] Prefixes, float[] Swift);
}
