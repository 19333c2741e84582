using System.CommandLine;
using System.Text.Json;
using Sluice.Worker.Commands;
using Sluice.Worker.Control;
using Sluice.Worker.Inference;

namespace Worker.FunctionalTests.Inference;

public sealed class ClassifyCommandTests
{
    [Fact]
    public void Each_line_is_answered_in_order_and_a_bad_one_does_not_stop_the_next()
    {
        JsonElement[] answers = Answer("""
            {"text":"a good film"}
            {"text":5}
            {"words":"a good film"}
            nonsense

            {"text":"\ud800"}
            {"text":""}
            {"id":1,"text":"a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a"}
            """);

        Assert.Equal(7, answers.Length);
        Assert.Equal(["answer", "error", "error", "error", "error", "answer", "answer"], answers.Select(answer => answer.TryGetProperty("error", out _) ? "error" : "answer"));
        Assert.Equal((5, false), (answers[0].GetProperty("tokens").GetInt32(), answers[0].GetProperty("truncated").GetBoolean()));
        Assert.Equal((2, false), (answers[5].GetProperty("tokens").GetInt32(), answers[5].GetProperty("truncated").GetBoolean()));
        Assert.Equal((32, true), (answers[6].GetProperty("tokens").GetInt32(), answers[6].GetProperty("truncated").GetBoolean()));
    }

    [Fact]
    public void The_label_is_the_one_with_the_largest_score_and_scores_sum_to_one()
    {
        JsonElement answer = Assert.Single(Answer("""{"text":"free money, a good film"}"""));
        Dictionary<string, double> scores = answer.GetProperty("scores").EnumerateObject().ToDictionary(score => score.Name, score => score.Value.GetDouble());
        Assert.Equal(["no", "yes"], scores.Keys);
        Assert.Equal(1, scores.Values.Sum(), 1e-5);
        Assert.Equal(scores.MaxBy(score => score.Value).Key, answer.GetProperty("label").GetString());
    }

    [Fact]
    public void A_bundle_that_cannot_be_read_ends_the_command_with_its_error()
    {
        var error = new StringWriter();
        int code = CommandLine.Create().Parse(["classify", "--model", "/nowhere/mail"]).Invoke(new InvocationConfiguration { Error = error });
        Assert.Equal(1, code);
        Assert.Contains("/nowhere/mail", error.ToString(), StringComparison.Ordinal);
    }

    private static JsonElement[] Answer(string lines)
    {
        ModelBundle bundle = ModelBundle.Load(Models.Tiny);
        using TeacherEngine engine = TeacherEngine.Create(bundle, Precision.Int8, new EngineOptions());
        using var classifier = new Classifier(bundle, engine);
        var output = new StringWriter();
        ClassifyCommand.Label(new StringReader(lines), output, classifier, engine.Model.Labels);
        return [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
