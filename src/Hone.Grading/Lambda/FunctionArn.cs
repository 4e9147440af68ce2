using System.Text.RegularExpressions;

namespace Hone.Grading.Lambda;

/// <summary>The name of an AWS Lambda function: <c>arn:aws:lambda:region:account:function:name[:version or alias]</c>.</summary>
sealed partial record FunctionArn(string Text, string Region, string Function)
{
    /// <summary>Null where it is none.</summary>
    public static FunctionArn? Parse(string text) => Form().Match(text) is { Success: true } match
        ? new(text, match.Groups["region"].Value, match.Groups["function"].Value)
        : null;

    [GeneratedRegex(@"\Aarn:aws[a-zA-Z-]*:lambda:(?<region>[a-z]{2}(-[a-z]+)+-[0-9]+):[0-9]{12}:function:(?<function>[a-zA-Z0-9_.-]{1,140}(:(\$LATEST|[a-zA-Z0-9_-]+))?)\z")]
    private static partial Regex Form();
}
