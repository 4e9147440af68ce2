using System.Text.Json.Nodes;
using Hone.Server.Bedrock.Reading;

namespace Hone.Server.Bedrock.Logging;

/// <summary>Where an account's calls are logged.</summary>
/// <param name="Prefix">Of the objects' keys, with a slash at its end unless empty.</param>
/// <param name="Text">Calls of text models are logged; there are no others here.</param>
sealed record LoggingConfig(string Bucket, string Prefix, bool Text)
{
    /// <summary>Address of an account's folder of logs.</summary>
    public string Folder(string account, string region) => $"s3://{Bucket}/{Prefix}AWSLogs/{account}/BedrockModelInvocationLogs/{region}/";

    public static LoggingConfig? Read(Form form)
    {
        form.Refuse("cloudWatchConfig", "is not offered here; logs go to an S3 bucket, give s3Config");
        form.Require("s3Config", "an object with bucketName");
        bool text = form.Flag("textDataDeliveryEnabled") ?? true;
        foreach (string other in (ReadOnlySpan<string>)["image", "embedding", "video", "audio"])
        {
            form.Flag(other + "DataDeliveryEnabled");
        }

        return form.Object("s3Config", s3 => new LoggingConfig(
            s3.RequiredText("bucketName", 3, 63, Patterns.Bucket()), Folder(s3.Text("keyPrefix", 0, Patterns.LongestUri) ?? ""), text));
    }

    public static LoggingConfig Of(JsonObject stored) => new(
        (string)stored["s3Config"]!["bucketName"]!,
        Folder((string?)stored["s3Config"]!["keyPrefix"] ?? ""),
        (bool?)stored["textDataDeliveryEnabled"] ?? true);

    static string Folder(string prefix) => prefix.Length == 0 || prefix.EndsWith('/') ? prefix : prefix + "/";
}
