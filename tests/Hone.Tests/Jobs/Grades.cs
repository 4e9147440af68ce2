using Hone.Grading;

namespace Hone.Tests.Jobs;

/// <summary>Grades and grader settings for tests of jobs.</summary>
static class Grades
{
    public static GraderSettings Settings => GraderSettings.FinalNumber;

    public static Grade Scored(double score) =>
        new("id", score, null, score > 0 ? "4 matches" : "expected 4, got 5", [new("watched", score, MetricType.Metric)]);

    public static Grade Failed(string message) => new("id", null, new("deadline", message), "", []);
}
