using System.Text.Json.Nodes;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;

namespace FunctionalTests.Inference;

public sealed class ModelBundleTests
{
    public static TheoryData<string> Bundles => Models.BundleNames();

    [Theory]
    [MemberData(nameof(Bundles))]
    public void A_whole_bundle_loads(string name)
    {
        ModelBundle bundle = ModelBundle.Load(Models.FolderOf(name));
        Assert.Equal(name, bundle.Identity.Id);
        Assert.True(File.Exists(bundle.Graph(GraphRole.Teacher, Precision.Int8)));
        Assert.True(File.Exists(bundle.Graph(GraphRole.Teacher, Precision.Fp32)));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named() =>
        Assert.Contains("no such folder", Assert.Throws<BundleException>(() => ModelBundle.Load("/nowhere/mail")).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("format", "2", "expected format 1, found 2")]
    [InlineData("format", "0", "expected format 1, found 0")]
    [InlineData("format", "-3", "expected format 1, found -3")]
    [InlineData("format", "1.5", "found JSON that is not one: its format is 1.5, which is no whole number. ")]
    [InlineData("format", "\"1\"", "its format is \"1\", which is no whole number. ")]
    [InlineData("format", "-1e30", "expected format 1, found -1e30")]
    [InlineData("format", "1e999", "expected format 1, found 1e999, which is newer than this program knows. Update")]
    [InlineData("format", "null", "found JSON that is not one")]
    [InlineData("format", "99999999999", "expected format 1, found 99999999999, which is newer than this program knows. Update")]
    [InlineData("format", "3000000000", "expected format 1, found 3000000000, which is newer than this program knows. Update")]
    [InlineData("format", "1e9", "expected format 1, found 1e9, which is newer than this program knows. Update")]
    [InlineData("id", "\"\"", "expected an id")]
    [InlineData("labels", "[\"a\"]", "expected 2 to 4096 different labels")]
    [InlineData("labels", "[\"a\",\"a\"]", "expected 2 to 4096 different labels")]
    [InlineData("maxTokens", "1000", "expected maxTokens in 3..64 (encoder.maxPositions), found 1000")]
    [InlineData("weights", "\"other.bin\"", "expected weights among files")]
    [InlineData("graphs", "{\"teacher\":{\"int8\":\"teacher.int8.onnx\"}}", "expected graphs.teacher.fp32, found none")]
    [InlineData("graphs", "{\"student.9\":5}", "found JSON that is not one")]
    [InlineData("graphs", "null", "found JSON that is not one")]
    [InlineData("graphs", "{\"student.9\":null}", "expected the files of graphs.student.9, found null")]
    [InlineData("int8", "{\"maxAbsWeight\":127}", "expected int8.maxAbsWeight in 1..64, found 127")]
    [InlineData("tokenizer", "{\"kind\":\"bpe\",\"vocabulary\":\"vocab.txt\",\"lowercase\":true}",
        "expected tokenizer.kind wordpiece, found 'bpe'")]
    public void A_manifest_that_contradicts_itself_says_where(string key, string json, string message)
    {
        using BundleCopy copy = new BundleCopy().Manifest(manifest => manifest[key] = JsonNode.Parse(json));
        Refused(copy, message);
    }

    [Fact]
    public void A_manifest_of_a_newer_format_is_refused_by_its_number_whatever_else_stands_in_it()
    {
        using var copy = new BundleCopy();
        File.WriteAllText(copy.PathOf("manifest.json"), """{"format": 7, "labels": {"no": 0, "yes": 1}}""");
        Refused(copy, "expected format 1, found 7, which is newer than this program knows. Update the program, or");
    }

    [Fact]
    public void A_newer_format_is_not_to_be_exported_again()
    {
        using BundleCopy copy = new BundleCopy().Manifest(manifest => manifest["format"] = 2);
        Assert.DoesNotContain("xport it again", Assert.Throws<BundleException>(() => ModelBundle.Load(copy.Folder)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_before_the_manifest_is_passed_over()
    {
        using BundleCopy copy = new BundleCopy().Bytes("manifest.json", bytes => [0xef, 0xbb, 0xbf, .. bytes]);
        Assert.Equal("tiny", ModelBundle.Load(copy.Folder).Identity.Id);
    }

    [Theory]
    [InlineData("\"format\"", "\"format\": 1, \"format\"")]
    [InlineData("\"labels\"", "\"labels\": [\"x\", \"y\"], \"labels\"")]
    [InlineData("\"bytes\"", "\"bytes\": 1, \"bytes\"")]
    [InlineData("\"weights.bin\": {", "\"weights.bin\": null, \"weights.bin\": {")]
    [InlineData("\"swift\": {", "\"swift\": {\"int8\": \"vocab.txt\"}, \"swift\": {")]
    [InlineData("\"int8\": \"swift", "\"int8\": \"vocab.txt\", \"int8\": \"swift")]
    public void A_manifest_with_a_key_twice_is_refused(string before, string after)
    {
        using var copy = new BundleCopy();
        string json = File.ReadAllText(copy.PathOf("manifest.json"));
        int at = json.IndexOf(before, StringComparison.Ordinal);
        File.WriteAllText(copy.PathOf("manifest.json"), json[..at] + after + json[(at + before.Length)..]);
        Refused(copy, "manifest.json: ", "Duplicate");
    }

    [Fact]
    public void A_manifest_that_names_no_format_is_of_the_first_and_1_may_have_a_point()
    {
        using BundleCopy copy = new BundleCopy().Manifest(manifest => manifest.Remove("format"));
        Assert.Equal(1, ModelBundle.Load(copy.Folder).Manifest.Format);
        copy.Manifest(manifest => manifest["format"] = JsonNode.Parse("1.0"));
        Assert.Equal(1, ModelBundle.Load(copy.Folder).Manifest.Format);
    }

    [Theory]
    [InlineData("""{"fp32":"exit.4.onnx"}""")] // a file that is not there
    [InlineData("""{"fp32":{"graph":"vocab.txt","after":4}}""")]
    [InlineData("null")]
    [InlineData("[1,2]")]
    public void A_graph_of_a_role_that_nobody_knows_is_passed_over_and_a_known_one_is_held_to_its_contract(string graphs)
    {
        using BundleCopy copy = new BundleCopy().Manifest(manifest => manifest["graphs"]!["exit.4"] = JsonNode.Parse(graphs));
        Assert.DoesNotContain("exit.4", ModelBundle.Load(copy.Folder).Manifest.Graphs.Keys);
        copy.Manifest(manifest => manifest["graphs"]!["swift"]!["int8"] = "vocab.txt");
        Refused(copy, "vocab.txt: expected an ONNX graph");
    }

    [Theory]
    [InlineData("head.exit")]
    [InlineData("student.1.calibrated")]
    [InlineData("group.0")]
    [InlineData("group.01")]
    [InlineData("student.+1")]
    [InlineData("student.")]
    [InlineData("head.999")]
    public void A_role_that_only_begins_as_a_known_one_is_passed_over(string role)
    {
        using BundleCopy copy = new BundleCopy().Manifest(manifest => manifest["graphs"]![role] = JsonNode.Parse("[1,2]"));
        Assert.DoesNotContain(role, ModelBundle.Load(copy.Folder).Manifest.Graphs.Keys);
    }

    [Theory]
    [InlineData("version", "\"9.9.9\"", "metadata version")]
    [InlineData("labels", "[\"maybe\",\"yes\"]", "metadata labels")]
    [InlineData("maxTokens", "31", "metadata maxTokens")]
    [InlineData("labels", "[\"no\",\"yes\",\"perhaps\"]", "expected outputs logits: Float[?,3]")]
    public void A_graph_made_for_another_manifest_names_what_differs(string key, string json, string message)
    {
        using BundleCopy copy = new BundleCopy().Manifest(manifest => manifest[key] = JsonNode.Parse(json));
        Refused(copy, "teacher.int8.onnx: ", message);
    }

    [Fact]
    public void Graphs_that_changed_places_are_noticed()
    {
        using BundleCopy copy = new BundleCopy().Manifest(manifest =>
            manifest["graphs"]!["teacher"] = new JsonObject { ["int8"] = "teacher.fp32.onnx", ["fp32"] = "teacher.int8.onnx" });
        Refused(copy, "expected metadata precision int8, found fp32");
    }

    [Fact]
    public void A_padded_graph_in_the_place_of_a_packed_one_is_noticed()
    {
        using BundleCopy copy = new BundleCopy().Manifest(manifest =>
            manifest["graphs"]!["teacher"]!["fp32"] = "baseline-teacher-padded-fp32.onnx");
        Refused(copy, "expected inputs ids: Int32[?]", "input_ids: Int32[?,?]");
    }

    [Fact]
    public void Weights_of_another_training_are_noticed_by_the_graphs_even_when_the_manifest_agrees()
    {
        using BundleCopy copy = new BundleCopy().Bytes("weights.bin", bytes => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)]).Sign("weights.bin");
        Refused(copy, "metadata weightsSha256");
    }

    [Fact]
    public void A_vocabulary_of_another_length_is_noticed()
    {
        using BundleCopy copy = new BundleCopy().Manifest(manifest => manifest["encoder"]!["vocabularySize"] = 7);
        Refused(copy, "vocab.txt: expected 7 tokens");
    }

    [Fact]
    public void Weights_that_lie_elsewhere_are_noticed()
    {
        using BundleCopy copy = new BundleCopy().Replace("teacher.int8.onnx", "weights.bin", "wejghts.bin").Sign("teacher.int8.onnx");
        Refused(copy, "in weights.bin, found it in wejghts.bin");
    }

    [Fact]
    public void Weights_past_the_end_of_their_file_are_noticed()
    {
        using var copy = new BundleCopy();
        copy.Bytes("weights.bin", bytes => bytes[..(bytes.Length / 4)]); // the teacher's tensors come first, students' after them
        Adopt(copy);
        Refused(copy, "expected ", " bytes of weights.bin, found ");
    }

    /// <summary>One weight of 127 beside one of 64: on a CPU without VNNI their products can saturate.</summary>
    [Fact]
    public void Weights_that_could_saturate_are_refused_by_name()
    {
        using var copy = new BundleCopy();
        StoredTensor weight = OnnxGraphReader.Parse(File.ReadAllBytes(copy.PathOf("teacher.int8.onnx"))).Tensors["0.up.weight"];
        copy.Bytes("weights.bin", bytes =>
        {
            bytes[weight.Offset] = 127;
            return bytes;
        });
        Adopt(copy);
        Refused(copy, "0.up.weight", "found 127", "saturate");
    }

    [Fact]
    public void A_manifest_that_lost_any_part_is_refused_or_did_not_need_it()
    {
        using var copy = new BundleCopy();
        string original = File.ReadAllText(copy.PathOf("manifest.json"));
        string[] mayLack = ["format"]; // 1 then
        string[] needed = ["format", "id", "version", "labels", "maxTokens", "tokenizer", "encoder", "weights", "graphs", "files"];
        foreach (string key in JsonNode.Parse(original)!.AsObject().Select(property => property.Key).ToArray())
        {
            foreach (JsonNode? value in new JsonNode?[] { null, JsonValue.Create(-1), JsonValue.Create("x"), new JsonArray(),
                new JsonObject() })
            {
                File.WriteAllText(copy.PathOf("manifest.json"), original);
                copy.Manifest(manifest => manifest[key] = value?.DeepClone());
                if (LoadsOrIsRefused(copy.Folder))
                    Assert.DoesNotContain(key, needed.Except(["id", "version"]));
            }
            File.WriteAllText(copy.PathOf("manifest.json"), original);
            copy.Manifest(manifest => manifest.Remove(key));
            Assert.Equal(!needed.Except(mayLack).Contains(key), LoadsOrIsRefused(copy.Folder));
        }
    }

    [Fact]
    public void Mutated_manifests_load_or_are_refused_and_nothing_else()
    {
        var random = new Random(3);
        using var copy = new BundleCopy();
        byte[] original = File.ReadAllBytes(copy.PathOf("manifest.json"));
        for (int round = 0; round < 400; round++)
        {
            byte[] mutated = [.. original];
            for (int hits = random.Next(1, 4); hits > 0; hits--)
                mutated[random.Next(mutated.Length)] = random.Next(3) == 0 ? (byte)random.Next(256)
                    : original[random.Next(original.Length)];
            File.WriteAllBytes(copy.PathOf("manifest.json"), random.Next(5) == 0 ? mutated[..random.Next(mutated.Length)] : mutated);
            LoadsOrIsRefused(copy.Folder);
        }
    }

    [Fact]
    public void Mutated_graphs_with_a_matching_hash_load_or_are_refused_and_nothing_else()
    {
        var random = new Random(4);
        using var copy = new BundleCopy();
        byte[] original = File.ReadAllBytes(copy.PathOf("teacher.int8.onnx"));
        for (int round = 0; round < 300; round++)
        {
            byte[] mutated = [.. original];
            for (int hits = random.Next(1, 4); hits > 0; hits--)
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(copy.PathOf("teacher.int8.onnx"), mutated);
            copy.Sign("teacher.int8.onnx");
            LoadsOrIsRefused(copy.Folder);
        }
    }

    /// <summary>
    /// Makes manifest and graphs agree with the weights file as it is now, so that only what the weights hold can be wrong.
    /// </summary>
    private static void Adopt(BundleCopy copy)
    {
        string before = BundleCopy.Hash(File.ReadAllBytes(Path.Combine(Models.Tiny, "weights.bin")));
        string after = BundleCopy.Hash(File.ReadAllBytes(copy.PathOf("weights.bin")));
        copy.Sign("weights.bin");
        foreach (string graph in new[] { "teacher.int8.onnx", "teacher.fp32.onnx" })
            copy.Replace(graph, before, after).Sign(graph);
    }

    private static void Refused(BundleCopy copy, params string[] says) => copy.AssertRefused(says);

    private static bool LoadsOrIsRefused(string folder)
    {
        try
        {
            ModelBundle.Load(folder);
            return true;
        }
        catch (BundleException)
        {
            return false;
        }
    }
}
