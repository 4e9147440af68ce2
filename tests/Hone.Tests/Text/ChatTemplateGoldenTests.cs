using Hone.Tests.Support;
using Hone.Training.Verification;

namespace Hone.Tests.Text;

/// <summary>Rows made by transformers and jinja2. All text is compared to the byte.</summary>
public class ChatTemplateGoldenTests
{
    [SharedFact]
    public void Templates_render_as_the_reference_does()
    {
        VerificationCase[] cases = [.. TemplateVerification.Run(SharedFolder.In("golden/templates"))];

        Assert.Empty(cases.Where(found => found.Status != VerificationStatus.Agree).Select(found => found.Case));
        Assert.True(cases.Length > 40);
    }
}
