using System.CommandLine;
using System.Text;
using System.Text.Json;
using FunctionalTests.Commands;
using Sluice.Cli;
using Sluice.Inference;

namespace FunctionalTests.Inference;

public sealed class ClassifyCommandTests
{
    [Fact]
    public void Each_line_is_answered_in_order_and_a_bad_one_does_not_stop_the_next()
    {
        (JsonElement[] answers, bool allGood) = Answer("""
            {"text":"a good film"}
            {"text":5}
            {"words":"a good film"}
            nonsense

            {"text":"\ud800"}
            {"text":""}
            {"id":1,"text":"a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a"}
            """);

        Assert.False(allGood);
        Assert.Equal(7, answers.Length);
        Assert.Equal(["answer", "error", "error", "error", "error", "answer", "answer"],
            answers.Select(answer => answer.TryGetProperty("error", out _) ? "error" : "answer"));
        Assert.Equal((5, false), (answers[0].GetProperty("tokens").GetInt32(), answers[0].GetProperty("truncated").GetBoolean()));
        Assert.Equal((2, false), (answers[5].GetProperty("tokens").GetInt32(), answers[5].GetProperty("truncated").GetBoolean()));
        Assert.Equal((32, true), (answers[6].GetProperty("tokens").GetInt32(), answers[6].GetProperty("truncated").GetBoolean()));
    }

    [Theory]
    [InlineData("{\"text\":\"caf\xE9\"}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("\xFF")]
    public void A_line_that_is_no_text_is_answered_with_an_error(string latin1)
    {
        (JsonElement[] answers, bool allGood) = Answer(Encoding.Latin1.GetBytes(latin1));
        Assert.NotEmpty(Assert.Single(answers).GetProperty("error").GetString()!);
        Assert.False(allGood);
    }

    [Fact]
    public void An_error_says_in_which_line_and_where_in_it()
    {
        (JsonElement[] answers, _) = Answer("{\"text\":\"a\"}\n\n{\"text\":}\n{}\n");
        Assert.Equal([(3, "not JSON at byte 8"), (4, "expected an object with a \"text\"")], answers[1..].Select(answer =>
            (answer.GetProperty("line").GetInt32(), answer.GetProperty("error").GetString()!.Split(':')[0])));
        Assert.DoesNotContain("LineNumber", answers[1].GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_before_the_first_line_is_passed_over()
    {
        (JsonElement[] answers, bool allGood) = Answer([.. Encoding.UTF8.Preamble, .. "{\"text\":\"a good film\"}\r\n"u8]);
        Assert.Equal(5, Assert.Single(answers).GetProperty("tokens").GetInt32());
        Assert.True(allGood);
    }

    [Theory]
    [InlineData("{\"text\":\"a good film\"}", 0)]
    [InlineData("{\"text\":5}\n{\"text\":\"a good film\"}", 1)]
    public async Task The_exit_code_says_whether_every_line_was_answered(string lines, int expected)
    {
        (int exitCode, string output, string error) = await SluiceProcess.RunAsync(Encoding.UTF8.GetBytes(lines), "classify", "--model",
            Models.Tiny);
        Assert.Equal((expected, ""), (exitCode, error));
        Assert.Contains("\"label\":", output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("int8", "libsluice_kernels.so is missing: int8 models run with ONNX Runtime's attention.")]
    [InlineData("fp32", "")]
    public async Task A_kernel_that_is_missing_is_told_where_labels_would_have_run_it(string precision, string expected)
    {
        using ProgramCopy program = new(without: "libsluice_kernels.so");
        byte[] line = "{\"text\":\"a good film\"}"u8.ToArray();
        (int exitCode, string output, string error) = await SluiceProcess.RunFromAsync(program.Folder, line, "classify",
            "--model", Models.Tiny, "--precision", precision);
        Assert.Equal(0, exitCode);
        Assert.Contains("\"label\":", output, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Equal(expected.Length > 0 ? 1 : 0, error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void The_label_is_the_one_with_the_largest_score_and_scores_sum_to_one()
    {
        JsonElement answer = Assert.Single(Answer("""{"text":"free money, a good film"}""").Answers);
        Dictionary<string, double> scores = answer.GetProperty("scores").EnumerateObject().ToDictionary(score => score.Name, score =>
            score.Value.GetDouble());
        Assert.Equal(["no", "yes"], scores.Keys);
        Assert.Equal(1, scores.Values.Sum(), 1e-5);
        Assert.Equal(scores.MaxBy(score => score.Value).Key, answer.GetProperty("label").GetString());
        Assert.Equal("teacher", answer.GetProperty("mode").GetString());
    }

    [Fact]
    public void A_bundle_that_cannot_be_read_ends_the_command_with_its_error()
    {
        var error = new StringWriter();
        int code = CommandLine.Create().Parse(["classify", "--model",
            "/nowhere/mail"]).Invoke(new InvocationConfiguration { Error = error });
        Assert.Equal(1, code);
        Assert.Contains("/nowhere/mail", error.ToString(), StringComparison.Ordinal);
    }

    private static (JsonElement[] Answers, bool AllGood) Answer(string lines) => Answer(Encoding.UTF8.GetBytes(lines));

    private static (JsonElement[] Answers, bool AllGood) Answer(byte[] lines)
    {
        using var classifier = Classifier.Open(Models.Tiny);
        using var output = new MemoryStream();
        bool allGood = ClassifyCommand.Label(new MemoryStream(lines), output, classifier);
        string[] answers = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return ([.. answers.Select(line => JsonDocument.Parse(line).RootElement)], allGood);
    }
}
