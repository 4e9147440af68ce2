using Hone.Server.Queue;
using Hone.Server.Registry;

namespace Hone.Server.Bedrock;

/// <summary>Names as AWS writes them: <c>arn:aws:bedrock:REGION:ACCOUNT:KIND/…</c>.</summary>
sealed class Arns(ServerSettings settings)
{
    public string Job(ServerJob job) => Make(job.Account, $"model-customization-job/{job.BaseModel}/{job.Id}");

    public string Foundation(string baseModel) => Make("", $"foundation-model/{baseModel}");

    public string Deployment(Deployment deployment) => Make(deployment.Account, $"custom-model-deployment/{deployment.Id}");

    public string Model(ServedModel model) => model.Kind == ModelKind.Base ? Foundation(model.Id) : CustomModel(model.Account!, model.Base, model.Id);

    /// <summary>From a custom model's id, <c>ft:BASE:ACCOUNT:NAME:XXXXXXXXXXXX</c>, with <c>:ckpt-step-N</c> behind it for a checkpoint.</summary>
    public string CustomModel(string account, string baseModel, string id)
    {
        string[] parts = id.Split(':');
        bool isCheckpoint = parts[^1].StartsWith("ckpt-", StringComparison.Ordinal);
        return Make(account, $"custom-model/{baseModel}/{(isCheckpoint ? $"{parts[^2]}:{parts[^1]}" : parts[^1])}");
    }

    public static string User(Accounts.Caller caller) => $"arn:aws:iam::{caller.Account}:user/{caller.KeyId}";

    /// <summary>The part behind the account, for an ARN of this region and of this account or of none; null for others.</summary>
    public string? Resource(string arn, string account) =>
        arn.Split(':', 6) is ["arn", "aws", "bedrock", var region, var owner, var resource]
            && region == settings.Region && (owner == account || owner.Length == 0)
            ? resource
            : null;

    string Make(string account, string resource) => $"arn:aws:bedrock:{settings.Region}:{account}:{resource}";
}
