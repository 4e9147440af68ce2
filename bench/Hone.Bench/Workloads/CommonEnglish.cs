using System.Text;

namespace Hone.Bench.Workloads;

/// <summary>The same megabytes of made-up sentences each time: common words often, rarer ones less often, some numbers and names.</summary>
static class CommonEnglish
{
    const int Characters = 4_000_000;
    const int Seed = 1;

    static readonly string[] _words =
        ("the of and to in a is that it was for on are as with his they at be this from have or by one had not but what all were when we "
        + "there can an your which their said if do will each about how up out them then she many some so these would other into has more "
        + "her two like him see time could no make than first been its who now people my made over did down only way find use may water "
        + "long little very after words called just where most know get through back much before go good new write our used me man too any "
        + "day same right look think also around another came come work three word must because does part even place well such here take "
        + "why things help put years different away again off went old number great tell men say small every found still between name should "
        + "home big give air line set own under read last never us left end along while might next sound below saw something thought both few "
        + "those always looked show large often together asked house world going want school important until form food keep children feet land "
        + "side without boy once animals life enough took sometimes four head above kind began almost live page got earth need far hand high "
        + "year mother light parts country father let night following picture being study second eyes soon times story boys since white days "
        + "ever paper hard near sentence better best across during today others however sure means knew try told young miles sun ways thing "
        + "whole hear example heard several change answer room sea against top turned learn point city play toward five using himself usually").Split(' ');

    public static string Text()
    {
        var random = new Random(Seed);
        var text = new StringBuilder(Characters + 100);
        while (text.Length < Characters)
        {
            int words = random.Next(4, 18);
            for (int i = 0; i < words; i++)
            {
                string word = Word(random);
                text.Append(i == 0 ? char.ToUpperInvariant(word[0]) + word[1..] : word);
                text.Append(i == words - 1 ? ". " : random.Next(12) == 0 ? ", " : " ");
            }

            if (random.Next(6) == 0)
            {
                text.Append("\n\n");
            }
        }

        return text.ToString();
    }

    // The smaller of two draws: the front of the list comes more often.
    static string Word(Random random) => random.Next(40) switch
    {
        0 => random.Next(10_000).ToString(),
        1 => _words[random.Next(_words.Length)] + _words[random.Next(_words.Length)],
        2 => "it's",
        _ => _words[Math.Min(random.Next(_words.Length), random.Next(_words.Length))],
    };
}
