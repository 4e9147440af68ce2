namespace Hone.Grading.ToolCalls;

/// <summary>Graders of answers that call tools.</summary>
static class ToolCallKinds
{
    public static IEnumerable<(string Name, Func<GraderForm, IGrader?> Read)> All => [("toolCall", ToolCallGrader.Read)];
}
