package patina.guest.x86;
import java.util.*;
public class Explore {
    public static void main(String[] a) {
        for (Decoder.Mode m : Decoder.Mode.values()) run(m, Integer.parseInt(a[0]), Long.parseLong(a[1]));
    }
    static final int[] PFX={0x66,0x66,0xF2,0xF3,0x67,0x2E,0x64,0xF0,0x48,0x4C,0x41,0x40};
    static void run(Decoder.Mode mode, int n, long seed) {
        Random r = new Random(seed); Decoder d = new Decoder(mode);
        byte[] all = new byte[n*16+16]; r.nextBytes(all);
        for (int i=0;i<n;i++) { int p=i*16; int k=r.nextInt(8); k = k<3?0:k<6?1:k<7?2:3; for(int j=0;j<k;j++) all[p++]=(byte)PFX[r.nextInt(PFX.length)];
            switch (r.nextInt(4)) { case 0->{} case 1->all[p++]=0x0F; case 2->{all[p++]=0x0F; all[p++]=(byte)(r.nextBoolean()?0x38:0x3A); } default->{all[p++]=0x0F;} } }
        Map<String,int[]> count=new TreeMap<>(); Map<String,String> ex=new HashMap<>();
        long t=System.nanoTime();
        Decoded[] ds=new Decoded[n];
        for (int i=0;i<n;i++) ds[i]=d.decode(all,i*16,16,0x1000);
        System.out.println(mode+" ours ns/insn "+(System.nanoTime()-t)/n);
        Reference ref=new Reference(mode); ref.bytes(all);
        t=System.nanoTime();
        for (int i=0;i<n;i++) {
            int len=ref.decode(i*16,16,0x1000); String text=ref.text().strip();
            String name=name(text);
            String key=null;
            if (ds[i] instanceof Insn x) { String on=Text.name(x);
              if (len==0) key="LLVM invalid: "+on; else if (!on.equals(name)) key="name "+on+" / "+name; else if (len!=x.length()) key="length "+on+" "; }
            else if (len!=0) key="ours invalid: "+name + (ds[i] instanceof Decoded.Invalid v?v.reason():"?");
            if (key!=null) { count.computeIfAbsent(key,_->new int[1])[0]++; if(!ex.containsKey(key)||r.nextInt(3)==0) ex.put(key,HexFormat.of().formatHex(all,i*16,i*16+Math.max(len,8))+" ours="+(ds[i] instanceof Insn x?x.length()+" "+Text.toText(x):ds[i])+" llvm="+len+" "+text.replace('\t',' ')); }
        }
        System.out.println(mode+" llvm ns/insn "+(System.nanoTime()-t)/n);
        count.forEach((k,c)->System.out.println(mode.name().substring(5)+" "+c[0]+" "+k+"   "+ex.get(k)));
    }
    static final Set<String> P=Set.of("lock","rep","repe","repne","data16","addr32","addr16","data32","notrack","xacquire","xrelease","cs","ds","es","ss","fs","gs","rex64");
    static String name(String t) { String[] w=t.split("[\\s]+"); int i=0; while(i<w.length-1&&P.contains(w[i])) i++; return w[i]; }
}
