namespace Hone.EndToEndTests.Sdk;

/// <summary>A test that drives a program of Node.js; skipped where node or npm is missing.</summary>
sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute()
    {
        if (NodeScript.Find("node") is null || NodeScript.Find("npm") is null)
        {
            Skip = "node and npm are not installed.";
        }
    }
}
