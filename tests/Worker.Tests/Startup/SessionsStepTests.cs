using Microsoft.Extensions.Time.Testing;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Onnx;
using Sluice.Inference.Students;
using Sluice.Worker.Configuration;
using Sluice.Worker.Startup;

namespace Worker.Tests.Startup;

public sealed class SessionsStepTests
{
    [Fact]
    public void ONNX_Runtime_s_log_is_let_go_of_at_the_end_unless_it_is_another_s_by_then()
    {
        ModelBundle bundle = ModelBundle.Load(Path.Combine(RepositoryRoot.Find(), "models", "mail"));
        SessionsStep first = Opened(), second = Opened();
        first.Dispose();
        Assert.NotNull(OnnxEnvironment.LogSink);
        second.Dispose();
        Assert.Null(OnnxEnvironment.LogSink);

        SessionsStep Opened()
        {
            SessionsStep step = new(new ModelOptions { Mode = "students:9" }, new EngineOptions(), TimeProvider.System, new Redaction([]),
                new Lines<SessionsStep>());
            Assert.Throws<BundleException>(() => step.Open(bundle)); // which has no nine: the log is taken by then
            return step;
        }
    }

    [Fact]
    public void The_first_degraded_batch_is_told_at_once_and_the_rest_by_their_number()
    {
        FakeTimeProvider time = new();
        Lines<SessionsStep> lines = new();
        using SessionsStep step = new(new ModelOptions(), new EngineOptions(), time, new Redaction([]), lines);
        DegradedBatch batch = new(Rows: 3, Tokens: 70, Asked: 5, Used: 2, new InvalidOperationException("broken."));
        for (int i = 0; i < 5; i++) step.TellDegraded(batch);
        Assert.Equal(
            "Student 3 of 5 did not come through for a batch of 3 documents and 70 tokens: broken. "
                + "The first 2 answered it, as its labels say (0 more such batches since the last such line)",
            Assert.Single(lines.Take()));
        time.Advance(SessionsStep.Quiet);
        step.TellDegraded(batch);
        Assert.Contains("(4 more such batches", Assert.Single(lines.Take()), StringComparison.Ordinal);
    }
}
