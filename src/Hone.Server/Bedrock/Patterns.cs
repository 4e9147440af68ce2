using System.Text.RegularExpressions;

namespace Hone.Server.Bedrock;

/// <summary>What names and addresses look like, as Bedrock's API has it.</summary>
static partial class Patterns
{
    public const int LongestToken = 256;
    public const int LongestUri = 1024;

    [GeneratedRegex(@"\A[a-zA-Z0-9](-*[a-zA-Z0-9+\-.])*\z", RegexOptions.NonBacktracking)]
    public static partial Regex JobName();

    [GeneratedRegex(@"\A([0-9a-zA-Z][_-]?){1,63}\z", RegexOptions.NonBacktracking)]
    public static partial Regex ModelName();

    [GeneratedRegex(@"\Aarn:aws(-[^:]+)?:iam::[0-9]{12}:role/.+\z", RegexOptions.NonBacktracking)]
    public static partial Regex Role();

    [GeneratedRegex(@"\A[a-zA-Z0-9](-*[a-zA-Z0-9]){0,256}\z", RegexOptions.NonBacktracking)]
    public static partial Regex Token();

    [GeneratedRegex(@"\As3://[a-z0-9][\.\-a-z0-9]{1,61}[a-z0-9](/.*)?\z", RegexOptions.NonBacktracking)]
    public static partial Regex S3Uri();

    [GeneratedRegex(@"\A[a-z0-9][\.\-a-z0-9]{1,61}[a-z0-9]\z", RegexOptions.NonBacktracking)]
    public static partial Regex Bucket();

    [GeneratedRegex(
        @"\Aarn:(aws[a-zA-Z-]*)?:lambda:[a-z]{2}(-gov)?-[a-z]+-[0-9]{1}:[0-9]{12}:function:[a-zA-Z0-9-_\.]+(:(\$LATEST|[a-zA-Z0-9-_]+))?\z",
        RegexOptions.NonBacktracking)]
    public static partial Regex Lambda();

    [GeneratedRegex(@"\A[a-zA-Z0-9\s._:/=+@-]*\z", RegexOptions.NonBacktracking)]
    public static partial Regex TagText();
}
