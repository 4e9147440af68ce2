using System.Diagnostics;

namespace Hone.Grading.CSharp;

/// <summary>An exception of the user's code as one sentence: what, and where in their own file.</summary>
static class Failure
{
    public static string Of(Exception e)
    {
        var own = new StackTrace(e, fNeedFileInfo: true).GetFrames().FirstOrDefault(frame => frame.GetFileName() is { Length: > 0 });
        string where = own is null ? "" : $" ({Path.GetFileName(own.GetFileName())}, line {own.GetFileLineNumber()})";
        return $"{e.GetType().Name}: {e.Message.TrimEnd('.')}{where}.";
    }
}
