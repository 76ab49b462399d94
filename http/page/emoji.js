// The emoji: a bar of the usual ones, a panel to search, and shortcodes in the text.

import { clear, el } from './dom.js';
import * as words from './words.js';

const t = words.t;

export const bar = ['😀', '😂', '😊', '😍', '👍', '👏', '🙏', '🎉', '❤️', '🔥', '😢', '😮'];

// sign shortcode 名字
const list = `
😀 grinning 笑脸
😃 smiley 开心
😄 smile 大笑
😁 grin 露齿笑
😆 laughing 笑眯眼
😅 sweat_smile 苦笑
🤣 rofl 笑翻
😂 joy 笑哭
🙂 slight_smile 微笑
🙃 upside_down 倒脸
😉 wink 眨眼
😊 blush 害羞
😇 innocent 天使
🥰 smiling_hearts 爱慕
😍 heart_eyes 色
🤩 star_struck 崇拜
😘 kissing_heart 飞吻
😗 kissing 亲
😋 yum 好吃
😛 tongue 吐舌
😜 wink_tongue 调皮
🤪 zany 疯狂
🤑 money_mouth 财迷
🤗 hugs 拥抱
🤭 giggle 捂嘴笑
🤫 shush 嘘
🤔 thinking 思考
🤐 zipper_mouth 闭嘴
🤨 raised_eyebrow 怀疑
😐 neutral 平静
😑 expressionless 无语
😶 no_mouth 沉默
😏 smirk 得意
😒 unamused 不屑
🙄 eye_roll 白眼
😬 grimace 尴尬
😌 relieved 放心
😔 pensive 失落
😪 sleepy 困
🤤 drooling 流口水
😴 sleeping 睡觉
😷 mask 口罩
🤒 sick 生病
🤕 bandaged 受伤
🤢 nauseated 恶心
🤧 sneezing 打喷嚏
🥵 hot 热
🥶 cold 冷
🥴 woozy 头晕
😵 dizzy 晕
🤯 mind_blown 震惊
🥳 partying 庆祝
😎 cool 酷
🤓 nerd 书呆子
🧐 monocle 研究
😕 confused 困惑
😟 worried 担心
🙁 frown 不开心
😮 open_mouth 惊讶
😲 astonished 吃惊
😳 flushed 脸红
🥺 pleading 求求
😨 fearful 害怕
😰 anxious 焦虑
😢 cry 流泪
😭 sob 大哭
😱 scream 惊恐
😖 confounded 纠结
😣 persevere 忍耐
😞 disappointed 失望
😓 sweat 汗
😩 weary 疲惫
😫 tired 累
🥱 yawning 打哈欠
😤 triumph 哼
😡 rage 愤怒
😠 angry 生气
😈 imp 坏笑
💀 skull 骷髅
💩 poop 便便
🤡 clown 小丑
👻 ghost 幽灵
👽 alien 外星人
🤖 robot 机器人
😺 smiley_cat 猫笑
🙈 see_no_evil 不看
🙉 hear_no_evil 不听
🙊 speak_no_evil 不说
💋 kiss 吻
💌 love_letter 情书
💘 cupid 丘比特
💖 sparkling_heart 闪亮的心
💕 two_hearts 两颗心
💔 broken_heart 心碎
❤️ heart 红心
🧡 orange_heart 橙心
💛 yellow_heart 黄心
💚 green_heart 绿心
💙 blue_heart 蓝心
💜 purple_heart 紫心
🖤 black_heart 黑心
🤍 white_heart 白心
💯 100 满分
💢 anger 怒
💥 boom 爆炸
💫 dizzy_star 眩晕
💦 sweat_drops 水滴
💤 zzz 睡
👋 wave 挥手
✋ raised_hand 举手
👌 ok_hand 好的
✌️ victory 胜利
🤞 fingers_crossed 祈祷好运
🤟 love_you 爱你
🤘 metal 摇滚
🤙 call_me 打电话
👈 point_left 左
👉 point_right 右
👆 point_up 上
👇 point_down 下
👍 thumbsup 赞
👎 thumbsdown 踩
✊ fist 拳头
👊 punch 碰拳
👏 clap 鼓掌
🙌 raised_hands 欢呼
👐 open_hands 张开手
🤝 handshake 握手
🙏 pray 拜托
✍️ writing 写字
💪 muscle 加油
🧠 brain 大脑
👀 eyes 看
👶 baby 宝宝
👦 boy 男孩
👧 girl 女孩
👨 man 男人
👩 woman 女人
👴 old_man 爷爷
👵 old_woman 奶奶
👮 police 警察
👷 builder 工人
🦸 superhero 超人
🧙 mage 法师
🙋 raising_hand 我来
🤦 facepalm 捂脸
🤷 shrug 耸肩
💃 dancer 跳舞
🏃 runner 跑
🚶 walking 走
👪 family 一家人
🐶 dog 狗
🐱 cat 猫
🐭 mouse 老鼠
🐰 rabbit 兔子
🦊 fox 狐狸
🐻 bear 熊
🐼 panda 熊猫
🐯 tiger 老虎
🦁 lion 狮子
🐮 cow 牛
🐷 pig 猪
🐸 frog 青蛙
🐵 monkey 猴子
🐔 chicken 鸡
🐧 penguin 企鹅
🐦 bird 鸟
🦜 parrot 鹦鹉
🦆 duck 鸭子
🦉 owl 猫头鹰
🐝 bee 蜜蜂
🐛 bug 虫子
🦋 butterfly 蝴蝶
🐢 turtle 乌龟
🐍 snake 蛇
🐙 octopus 章鱼
🐟 fish 鱼
🐳 whale 鲸鱼
🐲 dragon 龙
🌵 cactus 仙人掌
🌲 tree 树
🍀 clover 四叶草
🌸 cherry_blossom 樱花
🌹 rose 玫瑰
🌻 sunflower 向日葵
🍁 maple_leaf 枫叶
🌍 earth 地球
🌙 moon 月亮
☀️ sun 太阳
⭐ star 星星
✨ sparkles 闪光
⚡ zap 闪电
🔥 fire 火
🌈 rainbow 彩虹
☁️ cloud 云
🌧️ rain 雨
❄️ snow 雪
☔ umbrella 雨伞
🌊 ocean 海浪
🍎 apple 苹果
🍊 orange 橘子
🍋 lemon 柠檬
🍌 banana 香蕉
🍉 watermelon 西瓜
🍇 grapes 葡萄
🍓 strawberry 草莓
🍑 peach 桃子
🥑 avocado 牛油果
🍅 tomato 番茄
🌶️ chili 辣椒
🌽 corn 玉米
🍞 bread 面包
🧀 cheese 奶酪
🍔 burger 汉堡
🍟 fries 薯条
🍕 pizza 披萨
🌮 taco 卷饼
🥟 dumpling 饺子
🍜 noodles 面条
🍚 rice 米饭
🍣 sushi 寿司
🍲 hotpot 火锅
🍿 popcorn 爆米花
🍦 ice_cream 冰淇淋
🎂 cake 蛋糕
🍫 chocolate 巧克力
🍭 candy 糖果
☕ coffee 咖啡
🍵 tea 茶
🧋 bubble_tea 奶茶
🍺 beer 啤酒
🍷 wine 红酒
🥂 cheers 干杯
⚽ soccer 足球
🏀 basketball 篮球
🏓 ping_pong 乒乓球
🏸 badminton 羽毛球
🎮 game 游戏
🎲 dice 骰子
🎯 dart 靶心
🎸 guitar 吉他
🎵 music 音乐
🎤 microphone 麦克风
🎬 movie 电影
📷 camera 相机
🎨 art 画画
🎁 gift 礼物
🎈 balloon 气球
🎉 tada 撒花
🎊 confetti 彩球
🏆 trophy 奖杯
🥇 gold_medal 金牌
🧧 red_envelope 红包
🏮 lantern 灯笼
🚗 car 汽车
🚌 bus 公交
🚲 bike 自行车
🚄 train 高铁
✈️ airplane 飞机
🚀 rocket 火箭
🏠 house 家
🏥 hospital 医院
🏫 school 学校
⏰ alarm_clock 闹钟
⌛ hourglass 沙漏
📱 phone 手机
💻 laptop 电脑
🖥️ desktop 台式机
🖨️ printer 打印机
🔋 battery 电池
🔌 plug 插头
💡 bulb 灯泡
🔧 wrench 扳手
🔨 hammer 锤子
🔩 bolt 螺丝
📌 pushpin 图钉
📎 paperclip 回形针
📝 memo 备忘
📅 calendar 日历
📈 chart_up 上涨
📉 chart_down 下跌
📦 package 包裹
📧 email 邮件
🔑 key 钥匙
🔒 lock 锁
🔍 search 搜索
💰 money 钱
✅ check 完成
❌ cross 不对
❓ question 疑问
❗ exclamation 注意
⚠️ warning 警告
🚫 prohibited 禁止
♻️ recycle 循环
🆗 ok 行
🔔 bell 铃
🏁 finish 终点
`;

export const all = list
  .trim()
  .split('\n')
  .map((line) => {
    const [sign, code, name] = line.split(' ');
    return { sign, code, name };
  });

const byCode = new Map(all.map((one) => [one.code, one.sign]));

/** A text whose end is a whole ":shortcode:", with the emoji in its place; null for any other. */
export function expand(text) {
  const found = /(^|[\s\S]):([a-z0-9_]+):$/.exec(text);
  if (!found || !byCode.has(found[2])) return null;
  return text.slice(0, text.length - found[2].length - 2) + byCode.get(found[2]);
}

export class EmojiPanel {
  /** @param onPick(sign); onClose: where the focus goes afterwards */
  constructor(onPick, onClose) {
    this.onPick = onPick;
    this.onClose = onClose;
    this.opener = null;
    this.node = el('div', { class: 'picker', role: 'dialog', hidden: true });
    this.node.addEventListener('keydown', (e) => this.keyDown(e));
    document.addEventListener('pointerdown', (e) => {
      const outside = !this.node.contains(e.target) && e.target !== this.opener;
      if (!this.node.hidden && outside) this.close();
    });
  }

  build() {
    clear(this.node);
    this.node.setAttribute('aria-label', t('emoji'));
    this.search = el('input', {
      class: 'in', type: 'search', 'aria-label': t('emojiSearch'), placeholder: t('emojiSearch'),
      oninput: () => this.fill(),
    });
    this.grid = el('div', { class: 'grid' });
    this.node.appendChild(this.search);
    this.node.appendChild(this.grid);
  }

  toggle(opener) {
    if (!this.node.hidden) {
      this.close();
      return;
    }
    this.opener = opener;
    opener.setAttribute('aria-expanded', 'true');
    this.search.value = '';
    this.fill();
    this.node.hidden = false;
    this.search.focus();
  }

  close() {
    if (this.node.hidden) return;
    this.node.hidden = true;
    if (this.opener) this.opener.setAttribute('aria-expanded', 'false');
  }

  fill() {
    const wanted = this.search.value.trim().toLowerCase();
    clear(this.grid);
    for (const one of all) {
      if (wanted && !one.code.includes(wanted) && !one.name.includes(wanted)) continue;
      const label = words.current() === 'zh' ? one.name : one.code.replace(/_/g, ' ');
      const pick = () => this.onPick(one.sign);
      const title = label + '  :' + one.code + ':';
      this.grid.appendChild(
        el('button', { type: 'button', 'aria-label': label, title, onclick: pick }, one.sign),
      );
    }
    if (!this.grid.firstChild) this.grid.appendChild(el('p', { class: 'empty' }, t('emojiNone')));
  }

  keyDown(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      this.close();
      this.onClose();
    } else if (event.key === 'Enter' && event.target === this.search) {
      event.preventDefault();
      const first = this.grid.querySelector('button');
      if (first) first.click();
    }
  }
}
