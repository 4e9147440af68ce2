using Hone.Server.Accounts;
using Hone.Server.Registry;

namespace Hone.Server.Runs;

/// <summary>Who asks, which models there are, and under which names they answer.</summary>
static class RegistryRoutes
{
    public static Task WhoAsks(Exchange exchange)
    {
        exchange.Query.RequireNoOther();
        var caller = exchange.Caller;
        var scopes = Enum.GetValues<KeyScopes>().Where(scope => int.PopCount((int)scope) == 1 && caller.Scopes.HasFlag(scope));
        return exchange.Answer(new { caller.Account, caller.KeyId, Scopes = scopes });
    }

    public static async Task Models(Exchange exchange)
    {
        exchange.Query.RequireNoOther();
        var query = new ModelQuery { Kinds = Enum.GetValues<ModelKind>() };
        var page = await exchange.Service<IModels>().List(exchange.Caller, query, exchange.Stop);
        await exchange.Answer(new
        {
            Data = page.Items.Select(model => new
            {
                model.Id,
                model.Name,
                model.Kind,
                model.Base,
                Job = model.Job is null ? null : $"ftjob-{model.Job}",
                model.Step,
                model.Status,
                model.Failure,
                model.Created,
            }),
            HasMore = page.More,
        });
    }

    public static async Task Deployments(Exchange exchange)
    {
        exchange.Query.RequireNoOther();
        var deployments = await exchange.Service<IDeployments>().List(exchange.Caller, exchange.Stop);
        await exchange.Answer(new
        {
            Data = deployments.Select(one => new { one.Id, one.Name, one.Description, one.Model, one.Status, one.Failure, one.Created, one.Modified }),
        });
    }
}
